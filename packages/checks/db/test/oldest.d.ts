// These versions have no types. Those of the newest versions describe what is used of them.
declare module 'pg-oldest' {
  export { default } from 'pg'
}

declare module 'pg-pool-oldest' {
  export { Pool as default } from 'pg'
}

declare module 'postgres-oldest' {
  export { default } from 'postgres'
}

declare module 'better-sqlite3-oldest' {
  export { default } from 'better-sqlite3'
}
