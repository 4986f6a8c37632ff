import 'reflect-metadata'

export * as common from '@nestjs/common'
export * as core from '@nestjs/core'
export { FastifyAdapter } from '@nestjs/platform-fastify'
