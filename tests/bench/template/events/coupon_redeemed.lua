return accrue.event { title = "Coupon redeemed", fields = {} }
