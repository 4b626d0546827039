-- JSON Schema of a template's events: one line of what is sent.
local events = {}

local number <const> = { type = { "number", "string" }, pattern = "^-?[0-9]+(\\.[0-9]+)?$" }
local text <const> = { type = "string" }

local types <const> = {
  integer = { type = { "integer", "string" }, pattern = "^-?[0-9]+$" }, decimal = number, money = number, percent = number, text = text,
  boolean = { type = "boolean" }, date = { type = "string", pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
}

-- Properties of declared fields, and the names of those that must be there.
local function declared(fields)
  local properties, required = {}, {}
  for _, field in ipairs(fields) do
    local made = {}
    for key, value in pairs(field.choices and { enum = field.choices } or types[field.type]) do made[key] = value end
    made.description = field.type .. (field.scale and ", " .. field.scale .. " decimals" or "")
    properties[field.name] = made
    if not field.optional then required[#required + 1] = field.name end
  end
  return properties, #required > 0 and required or nil
end

local function purchase(component)
  local item_context = component and declared(component.item_fields) or {}
  local context = component and declared(component.fields) or {}
  local texts = { type = "array", items = text }
  local item = { type = "object", required = { "amount" }, properties = { line = text, sku = text, category = text, categories = texts,
    quantity = number, amount = number, context = { type = "object", properties = item_context } } }
  local payment = { type = "object", properties = { type = text, amount = number } }
  return { type = "object", required = { "total" }, properties = {
    transaction = text, store = text, channel = text, currency = text, total = number, subtotal = number, tax = number, shipping = number,
    items = { type = "array", items = item }, payments = { type = "array", items = payment }, discounts = { type = "array" },
    context = { type = "object", properties = context } } }
end

local known <const> = { "purchase", "return", "purchase.amended", "points.spend", "points.spend_cancelled", "points.hold", "points.capture",
  "points.release", "points.adjust", "points.import", "offer.redeem", "offer.purchase", "member.join", "member.update", "member.lock",
  "member.unlock", "member.merge", "member.leave", "member.erase", "audience.enter", "audience.leave", "level.set", "clock" }

local function when(type_, data, required)
  return { ["if"] = { properties = { type = { const = type_ } }, required = { "type" } },
    ["then"] = { properties = { data = data }, required = required } }
end

function events.schema(template, all)
  local choices, rules, declared_purchase = {}, {}, nil
  for _, name in ipairs(known) do choices[#choices + 1] = { const = name } end
  for _, component in ipairs(all["event type"]) do
    if component.name == "purchase" then
      declared_purchase = component
    else
      local properties, required = declared(component.fields)
      choices[#choices + 1] = { const = component.name, title = component.title, description = component.description }
      rules[#rules + 1] = when(component.name, { type = "object", properties = properties, required = required }, required and { "data" })
    end
  end
  choices[#choices + 1] = { type = "string", description = "Any other type: a custom event without declared fields" }
  table.insert(rules, 1, when("purchase", purchase(declared_purchase), { "data" }))
  return {
    ["$schema"] = "https://json-schema.org/draft/2020-12/schema", title = "Events of " .. template.name,
    type = "object", required = { "specversion", "id", "source", "type" }, allOf = rules,
    properties = { specversion = { const = "1.0" }, id = text, source = text, type = { anyOf = choices }, subject = text,
      time = { type = "string", description = "When it happened, as \"2026-03-01T08:15:00-05:00\"" }, data = { type = "object" } },
  }
end

return events
