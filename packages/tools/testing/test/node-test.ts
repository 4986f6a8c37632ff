import { test } from 'node:test'
import { adapterCases } from '@watchman/testing'
import { mount } from './plain-adapter.ts'

for (const { name, run } of adapterCases({ mount })) test(name, run)
