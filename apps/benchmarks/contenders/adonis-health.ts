import { createServer } from 'node:http'
import { BaseCheck, HealthChecks, Result } from '@adonisjs/health'
import { address, askCache, askDatabase } from './clients.ts'

class Check extends BaseCheck {
  readonly name: string
  private readonly ask: () => Promise<void>

  constructor(name: string, ask: () => Promise<void>) {
    super()
    this.name = name
    this.ask = ask
  }

  async run(): Promise<Result> {
    try {
      await this.ask()
      return Result.ok('It answers')
    } catch (error) {
      return Result.failed(`${error}`)
    }
  }
}

const checks = new HealthChecks().register([new Check('database', askDatabase), new Check('cache', askCache)])

createServer(async (_request, response) => {
  const report = await checks.run()
  response.writeHead(report.isHealthy ? 200 : 503, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(report))
}).listen(address)
