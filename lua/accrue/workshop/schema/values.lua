-- Values of variables and fields, as a program writes them.
local values = {}

local operators <const> = { ">=", ">", "=", "<=", "<", "at least", "more than", "exactly", "at most", "less than",
  "greater than or equal to", "greater than", "less than or equal to" }

-- Every letter either way, as the core takes them.
local function any_case(words)
  local made = {}
  for _, word in ipairs(words) do
    made[#made + 1] = string.gsub(word, "%a", function(letter) return "[" .. string.upper(letter) .. letter .. "]" end)
  end
  return "^(" .. table.concat(made, "|") .. ")$"
end

local days <const> = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" }
local units <const> = { "day", "week", "month", "year" }
local NUMBER <const> = "^-?[0-9]+(\\.[0-9]+)?$"
local DATE <const> = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
local DURATION <const> = "^([0-9]+ )?(second|minute|hour|day|week|month|year)s?$"
local SLOT <const> = "^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$"

local function ref(name) return { ["$ref"] = "#/$defs/" .. name } end
values.ref = ref

-- One text or a list of them.
local function one_or_more(item) return { anyOf = { item, { type = "array", items = item } } } end
values.one_or_more = one_or_more

local function unit_text() return { anyOf = { { enum = units }, { type = "string", pattern = "^(1 )?(day|week|month|year)$" } } } end

-- $defs that the values below refer to.
function values.definitions()
  local abbreviations = {}
  for number, day in ipairs(days) do abbreviations[number] = string.sub(day, 1, 3) end
  local all_days = table.move(abbreviations, 1, 7, 8, table.move(days, 1, 7, 1, {}))
  return {
    name = { type = "string", minLength = 1, maxLength = 100 },
    names = one_or_more(ref "name"),
    number = { type = { "number", "string" }, pattern = NUMBER },
    integer = { type = { "integer", "string" }, pattern = "^-?[0-9]+$" },
    operator = { anyOf = { { enum = operators }, { type = "string", pattern = any_case(operators) } } },
    date = { type = "string", pattern = DATE, description = "As \"2026-06-01\"" },
    duration = { type = "string", pattern = DURATION, description = "As \"30 days\" or \"1 year\"" },
    period = { anyOf = { { enum = { "day", "week", "month", "year", "forever" } },
      { type = "string", pattern = "^(1 (day|week|month|year)|lifetime)$" } } },
    days = one_or_more { anyOf = { { enum = days }, { type = "string", pattern = any_case(all_days) } } },
    slots = one_or_more { type = "string", pattern = SLOT, description = "As \"14:00-17:00\"; \"22:00-02:00\" goes over midnight" },
    catalog = { type = "object", properties = { categories = ref "names", items = ref "names" }, minProperties = 1,
      additionalProperties = false },
    stores = { anyOf = { ref "names",
      { type = "object", properties = { groups = ref "names", stores = ref "names" }, additionalProperties = false } } },
    timeframe = { anyOf = { { const = "lifetime" }, { type = "object", minProperties = 1, additionalProperties = false, properties = {
      last = { type = "string", pattern = "^([0-9]+ )?(second|minute|hour|day|week|month|year|time)s?$",
        description = "\"30 days\", or the last \"5 times\"" },
      this = unit_text(), previous = { type = "string", pattern = "^([0-9]+ )?(day|week|month|year)s?$" },
      from = ref "date", to = ref "date",
      since = { anyOf = { { enum = { "joining", "level_entry", "anniversary", "last_maintenance", "last_fired" } }, ref "date" } },
      rolling = { type = "boolean", description = "Exact durations instead of calendar days" }, each = unit_text() } } } },
  }
end

local by_type <const> = {
  operator = "operator", decimal = "number", money = "number", points = "number", percent = "number", integer = "integer",
  timeframe = "timeframe", duration = "duration", date = "date", days = "days", slots = "slots", catalog = "catalog",
}

-- The schema of one variable, with its help, choices and default.
function values.of(variable)
  local made
  if variable.type == "choice" then
    made = { enum = variable.choices }
  elseif variable.type == "boolean" then
    made = { type = "boolean" }
  elseif variable.type == "set" then
    made = ref(variable.of == "store" and "stores" or "names")
  elseif by_type[variable.type] then
    made = ref(by_type[variable.type])
  else
    made = variable.type == "text" and { type = "string" } or ref "name"
  end
  local notes = {}
  if variable.help then notes[#notes + 1] = variable.help end
  if variable.type ~= "choice" and variable.type ~= "operator" then
    notes[#notes + 1] = variable.of and variable.type .. " of " .. variable.of or variable.type
  end
  if variable.min then notes[#notes + 1] = "at least " .. variable.min end
  if variable.max then notes[#notes + 1] = "at most " .. variable.max end
  if variable.scale then notes[#notes + 1] = variable.scale .. " decimals" end
  if variable.setting then notes[#notes + 1] = "default: the program's setting " .. variable.setting end
  if #notes > 0 then made.description = table.concat(notes, "; ") end
  made.default = variable.default
  return made
end

function values.is_required(variable)
  return not variable.optional and variable.default == nil and not variable.setting and variable.type ~= "operator"
end

return values
