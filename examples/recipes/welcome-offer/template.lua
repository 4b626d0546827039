-- A welcome offer with a reminder three days before it ends: the core raises the event, a rule answers it.
return { name = "welcome-offer", version = "1.0.0", api = 1 }
