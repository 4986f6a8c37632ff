import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { WatchmanModule } from '@watchman/nest'
import { address } from './clients.ts'
import { watchman } from './watchman.ts'

@Module({ imports: [WatchmanModule.forRoot({ watchman, path: 'health' })] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false })
await app.listen(address.port, address.host)
