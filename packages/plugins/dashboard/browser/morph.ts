/**
 * Changes `current` so that it looks like `next`. Nodes that both have are kept, with their focus, selection, input and open
 * state. Elements with an id are matched by it, wherever among their siblings they are.
 */
export function morph(current: Element, next: Element): void {
  if (current.nodeName === 'OUTPUT' || current.isEqualNode(next)) return // the script writes outputs itself
  const focused = document.activeElement
  matchAttributes(current, next)
  matchChildren(current, next)
  // An element that is moved loses the focus.
  if (focused instanceof HTMLElement && focused.isConnected) focused.focus({ preventScroll: true })
}

function matchAttributes(current: Element, next: Element): void {
  for (const { name } of [...current.attributes]) {
    if (!next.hasAttribute(name) && !isSetByUser(current, name)) current.removeAttribute(name)
  }
  for (const { name, value } of next.attributes) {
    if (current.getAttribute(name) !== value) current.setAttribute(name, value)
  }
}

/** Whether the user controls the attribute: by opening details, or by the filter. */
function isSetByUser({ nodeName }: Element, name: string): boolean {
  return name === 'hidden' || (nodeName === 'DETAILS' && name === 'open')
}

function matchChildren(current: Element, next: Element): void {
  const ids = new Set([...next.children].map(({ id }) => id))
  const kept = new Map<string, Element>()
  for (const child of [...current.children]) {
    if (child.id && ids.has(child.id)) kept.set(child.id, child)
    else if (child.id) child.remove()
  }
  let cursor = current.firstChild
  for (const child of [...next.childNodes]) {
    const id = idOf(child)
    const same = id ? kept.get(id) : cursor && !idOf(cursor) && cursor.nodeName === child.nodeName && cursor
    if (same && same === cursor) cursor = cursor.nextSibling
    else current.insertBefore(same || child, cursor)
    if (same instanceof Element && child instanceof Element) morph(same, child)
    else if (same && same.nodeValue !== child.nodeValue) same.nodeValue = child.nodeValue
  }
  while (cursor) {
    const following: ChildNode | null = cursor.nextSibling
    cursor.remove()
    cursor = following
  }
}

function idOf(node: Node): string {
  return node instanceof Element ? node.id : ''
}
