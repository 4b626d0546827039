-- written(fact, key): a field of the context as a text, whether an event type declares it or not: a declared number arrives
-- without its decimals, which accrue.number knows.
local decimal = require "decimal"

return function(fact, key)
  local value = fact.context[key]
  if math.type(value) == "integer" then return decimal.text(accrue.number(fact, "context." .. key)) end
  return value ~= nil and tostring(value) or nil
end
