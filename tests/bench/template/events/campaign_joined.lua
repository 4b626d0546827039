return accrue.event { title = "Campaign joined", fields = {} }
