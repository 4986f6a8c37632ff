import 'reflect-metadata'
import { Controller, Get, Inject, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { HealthCheck, HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus'
import { address, askCache, askDatabase } from './clients.ts'

const { CACHE_FOR } = process.env // the harness runs this app without and with it

@Controller('health')
class HealthController {
  @Inject(HealthCheckService)
  private readonly health!: HealthCheckService
  @Inject(HealthIndicatorService)
  private readonly indicators!: HealthIndicatorService

  @Get()
  @HealthCheck()
  check() {
    return this.health.check([
      () => this.attempt('database', askDatabase),
      () => this.attempt('cache', askCache),
    ])
  }

  private async attempt(name: string, ask: () => Promise<void>) {
    const attempt = this.indicators.check(name).attempt(ask)
    return CACHE_FOR ? attempt.cacheFor(Number(CACHE_FOR)) : attempt
  }
}

@Module({ imports: [TerminusModule], controllers: [HealthController] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false })
await app.listen(address.port, address.host)
