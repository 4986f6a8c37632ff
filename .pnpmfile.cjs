// What is packed has no sources: the condition that finds them stays in the workspace.
function beforePacking({ exports = {}, ...manifest }) {
  const targets = Object.entries(exports)
  const built = targets.map(([path, { '@watchman/source': _, ...target }]) => [path, target])
  return { ...manifest, exports: Object.fromEntries(built) }
}

module.exports = { hooks: { beforePacking } }
