import { Controller, Get, Inject, Req } from '@nestjs/common'
import type { Request } from 'express'
import { Files } from './files.ts'

declare module 'express-session' {
  interface SessionData {
    visits: number
  }
}

@Controller()
export class PagesController {
  @Inject(Files) private readonly files!: Files

  @Get()
  async home(request: Request) {
    request.session.visits = (request.session.visits ?? 0) + 1
    return { visits: request.session.visits, files: await this.files.names() }
  }

  @Get('broken')
  broken() {
    throw new Error('broken on purpose')
  }
}

// As the parameter decorator @Req() does, which not every tool supports.
Req()(PagesController.prototype, 'home', 0)
