import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common'
import type { Response } from 'express'

/** The page that is shown when another page fails. */
@Catch()
export class ErrorPage implements ExceptionFilter {
  private readonly logger = new Logger('pages')

  catch(error: Error, host: ArgumentsHost): void {
    this.logger.error(error.message)
    const status = error instanceof HttpException ? error.getStatus() : 500
    host.switchToHttp().getResponse<Response>().status(status).send('<h1>Something went wrong</h1>')
  }
}
