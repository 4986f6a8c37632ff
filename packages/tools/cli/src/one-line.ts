import { escapeControls } from '@watchman/core/driver'

/**
 * Returns a text as one line. Other control characters are escaped: they could colour or clear a terminal, or show the text in
 * another order.
 */
export function oneLine(text: string): string {
  return escapeControls(text.replace(/\s+/g, ' ').trim())
}
