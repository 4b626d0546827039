-- A custom event type: the file's name is the event's `type`. Declared fields are checked when an event comes in.
return accrue.event {
  title  = "my_name happened",
  fields = {
    count = accrue.var.integer { min = 1 },
    note  = accrue.var.text { optional = true },
  },
}
