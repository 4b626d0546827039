-- Facts with sensible defaults, as specs need them.
local build = {}

local function copy(given)
  local made = {}
  for key, value in pairs(given or {}) do made[key] = value end
  return made
end

-- "12.5" as 1250 hundredths; decimals beyond the scale are kept out, as the core refuses them anyway.
local function cents(text)
  local whole, rest = string.match(tostring(text), "^(-?%d+)%.?(%d*)$")
  if not whole then error(tostring(text) .. " is no amount such as \"12.50\"", 4) end
  local part = math.tointeger(tonumber(string.sub(rest .. "00", 1, 2)))
  local sum = math.abs(math.tointeger(tonumber(whole))) * 100 + part
  return string.sub(whole, 1, 1) == "-" and -sum or sum
end

local function money(sum)
  return string.format("%s%d.%02d", sum < 0 and "-" or "", math.abs(sum) // 100, math.abs(sum) % 100)
end

build.cents, build.money = cents, money

-- The data of a purchase. The total is the sum of the items, or 10.00 where there are none; items get a line and an amount.
function build.purchase(given)
  if type(given) ~= "table" then given = { total = given } end
  local made = copy(given)
  if made.items then
    local sum, items = 0, setmetatable({}, { __array = true })
    for number, item in ipairs(made.items) do
      items[number] = copy(item)
      items[number].amount = item.amount or "10.00"
      items[number].line = item.line or tostring(number)
      sum = sum + cents(items[number].amount)
    end
    made.items = items
    made.total = made.total or money(sum)
  end
  made.total = made.total or "10.00"
  return made
end

-- The data of a return of a transaction, or of a purchase built above that has one.
function build.give_back(of, given)
  local made = copy(given)
  made.of = type(of) == "table" and of.transaction or of
  return made
end

-- An event of any type; `more`: member, time, id, source.
function build.event(type, data, more)
  local made = copy(more)
  made.type, made.data = type, copy(data)
  return made
end

-- What components over audience and profile see of a member.
function build.member(given)
  local made = copy(given)
  made.id = made.id or "m-1"
  made.joined = made.joined or "2025-01-01"
  return made
end

return build
