import { Module } from '@nestjs/common'
import { APP_FILTER } from '@nestjs/core'
import { ErrorPage } from './error-page.ts'
import { FilesModule } from './files.ts'
import { PagesController } from './pages-controller.ts'
import { Status } from './status.ts' // watchman

@Module({
  imports: [
    FilesModule,
    Status, // watchman
  ],
  controllers: [PagesController],
  providers: [{ provide: APP_FILTER, useClass: ErrorPage }],
})
export class AppModule {}
