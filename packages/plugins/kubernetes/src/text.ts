import type { TargetResult } from '@watchman/core'

/** A line of a response. */
export interface Line {
  readonly id: string
  readonly outcome: 'ok' | 'degraded' | 'failed' | 'pending' | 'excluded'
  readonly reason?: string | undefined
}

/** The line of a target. */
export function lineOf({ id, state, error }: TargetResult): Line {
  return { id, outcome: state === 'failing' ? 'failed' : state, reason: error }
}

/** Writes a line as the API server of Kubernetes does: `[-]databases.default failed: reason withheld`. */
export function writeLine({ id, outcome, reason }: Line, areReasonsShown: boolean): string {
  switch (outcome) {
    case 'ok':
      return `[+]${id} ok`
    case 'excluded':
      return `[+]${id} excluded: ok`
    case 'degraded':
      return `[+]${id} degraded: ${shown(reason, areReasonsShown)}`
    default:
      return `[-]${id} ${outcome}: ${shown(reason, areReasonsShown)}`
  }
}

function shown(reason: string | undefined, areReasonsShown: boolean): string {
  return areReasonsShown && reason ? reason.replace(/\s+/g, ' ') : 'reason withheld'
}

/** A response of plain text. */
export function plainText(status: number, text: string): Response {
  return new Response(text, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  })
}
