/** Control characters of ASCII and C1, and the format characters that reorder or hide text. */
const CONTROLS = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/**
 * Writes line breaks, escape sequences and bidirectional controls as JSON escapes, so that a text cannot forge a line, colour a
 * terminal or show its parts in another order.
 *
 * @example
 * escapeControls('down\u001b[2J') // 'down\\u001b[2J'
 */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (character) => {
    const escaped = JSON.stringify(character).slice(1, -1)
    return escaped === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : escaped
  })
}
