import 'reflect-metadata'
import { Logger } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import session from 'express-session'
import { AppModule } from './app-module.ts'

const { PORT = '3000', SESSION_SECRET = 'only for this example' } = process.env

const app = await NestFactory.create(AppModule, { logger: new Logger() })
app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false }))
await app.listen(Number(PORT), '127.0.0.1')
app.enableShutdownHooks()
