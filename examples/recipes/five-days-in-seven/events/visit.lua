return accrue.event {
  title = "Visit",
  description = "A member came through the turnstile",
  fields = { gym = accrue.var.text { optional = true } },
}
