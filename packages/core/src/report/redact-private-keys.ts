import { MASK } from './mask.ts'

const BEGIN = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g
const END = /-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/y

/** Removes private keys in PEM and of PGP from a text, also those that are cut off. Certificates and public keys stay. */
export function redactPrivateKeys(text: string): string {
  if (!text.includes('PRIVATE KEY')) return text
  const parts: string[] = []
  let end = 0
  for (const { index, 0: begin } of text.matchAll(BEGIN)) {
    if (index < end) continue
    parts.push(text.slice(end, index), MASK)
    const last = text.indexOf('-----END ', index + begin.length)
    END.lastIndex = last
    end = last < 0 ? text.length : last + (END.exec(text)?.[0].length ?? 0)
  }
  return parts.join('') + text.slice(end)
}
