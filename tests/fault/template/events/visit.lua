return accrue.event { title = "Visit", fields = {} }
