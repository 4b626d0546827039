-- A purchase or event measured in a unit that a program names, in millionths: amounts, quantities and declared fields all have
-- scales of their own, and six decimals hold every one of them exactly.
--
-- A plugin sees integers without their scale. The currency's is read off a money variable that is worth one unit
-- (`one = accrue.var.money { default = "1" }`), a context field's is told by the variable `decimals`.
local MILLION <const> = 1000000
local THOUSAND <const> = 1000 -- units of a quantity

local measure = { scale = 6 }

local function power(exponent)
  local result = 1
  for _ = 1, exponent do result = result * 10 end
  return result
end

-- A field of the lines that count when any line carries it, else the fact's own.
local function field(fact, name)
  if fact.type == "purchase" then
    for _, item in ipairs(fact.all_items) do
      if item.context[name] ~= nil then
        return fact:sum(function(line) return line.context[name] or 0 end)
      end
    end
  end
  return fact.context[name] or 0
end

-- `spend`, `items` or the name of a context field. Only purchases have spend and items; nil for other facts.
function measure.of(fact, unit, vars)
  if unit ~= "spend" and unit ~= "items" then
    return accrue.scale(field(fact, unit), MILLION, power(vars.decimals), "down")
  end
  if fact.type ~= "purchase" then return nil end
  if unit == "spend" then return accrue.scale(fact.amount, MILLION, vars.one, "down") end
  return accrue.scale(fact:sum("quantity"), MILLION, THOUSAND, "down")
end

-- For check(vars): a context field needs its decimals, and nothing else has them.
function measure.check(name, known, vars)
  if known and vars.decimals then
    error(name .. ": decimals belong to a unit that is a context field, not to " .. vars.unit, 0)
  elseif not known and not vars.decimals then
    error(name .. ": unit " .. vars.unit .. " is a context field; give the decimals that it is declared with", 0)
  end
end

return measure
