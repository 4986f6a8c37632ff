import 'reflect-metadata'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { address } from './clients.ts'
import { CONSTANT } from './constant.ts'

@Controller('health')
class HealthController {
  @Get()
  read(): object {
    return CONSTANT
  }
}

@Module({ controllers: [HealthController] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false })
await app.listen(address.port, address.host)
