import { Injectable, Module } from '@nestjs/common'
import { databases } from '@watchman/db'
import { WatchmanModule } from '@watchman/nest'

@Injectable()
export class Orders {
  async ping(): Promise<void> {}
}

@Module({ providers: [Orders], exports: [Orders] })
class OrdersModule {}

@Module({
  imports: [
    WatchmanModule.forRootAsync({
      imports: [OrdersModule],
      inject: [Orders],
      useFactory: (orders: Orders) => ({ checks: [databases({ orders: () => orders.ping() })] }),
    }),
  ],
})
export class AppModule {}
