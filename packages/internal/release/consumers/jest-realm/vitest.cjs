/** Vitest's names for what Jest has. */
const globals = require('@jest/globals')

globals.expect.unreachable = (message) => {
  throw new Error(message)
}
module.exports = { ...globals, vi: globals.jest }
