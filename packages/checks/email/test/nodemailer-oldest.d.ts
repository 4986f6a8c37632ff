// nodemailer had no types of its own before version 10: these are what its users had.
declare module 'nodemailer-oldest' {
  export * from 'nodemailer-types'

  import * as nodemailer from 'nodemailer-types'
  export default nodemailer
}
