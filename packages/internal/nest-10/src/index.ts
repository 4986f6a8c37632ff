import 'reflect-metadata'

export * as common from '@nestjs/common'
export * as core from '@nestjs/core'
export { create } from './create.ts'
