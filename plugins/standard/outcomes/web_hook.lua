-- The core fills the template, for it alone knows the balance at this outcome's rank; the daemon sends it once the event is durable.
return accrue.outcome {
  title     = "Call web hook {url}",
  variables = {
    url  = accrue.var.text { help = "http:// or https://" },
    body = accrue.var.text {
      default = '{"event":{event.id},"source":{event.source},"type":{event.type},"time":{event.time},"member":{member.id},"rule":{rule}}',
      help = "JSON as a text, with {event.id}, {data.FIELD}, {member.id}, {balance.ACCOUNT} ...: values, or texts inside a string",
    },
  },
  check     = function(vars) accrue.check_web_hook(vars.url, vars.body) end,
  effects   = function(_, vars)
    return { accrue.effect.webhook { url = vars.url, template = vars.body } }
  end,
  examples  = {
    { vars = { url = "https://example.com/hook" }, sentence = "Call web hook https://example.com/hook" },
    { vars = { url = "https://example.com/hook", body = '{"member":{member.id},"points":{balance.points}}' },
      sentence = "Call web hook https://example.com/hook" },
  },
}
