import { mkdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { Injectable, Module } from '@nestjs/common'
import Keyv from 'keyv'

/** The uploaded files. */
@Injectable()
export class Files {
  readonly folder = process.env.UPLOADS ?? 'uploads'
  readonly cache = new Keyv<string[]>({ ttl: 1000 })

  constructor() {
    mkdirSync(this.folder, { recursive: true })
  }

  async names(): Promise<string[]> {
    const known = await this.cache.get('files')
    if (known) return known
    const names = await readdir(this.folder)
    await this.cache.set('files', names)
    return names
  }
}

@Module({ providers: [Files], exports: [Files] })
export class FilesModule {}
