import { readdirSync } from 'node:fs'
import { defineConfig } from 'tsup'

/** The contenders run as a user runs them: plain JavaScript, with their packages as they are installed. */
export default defineConfig({
  entry: [...readdirSync('contenders').map((file) => `contenders/${file}`), 'probes/*.ts'],
  format: 'esm',
  target: 'node20',
  clean: true,
})
