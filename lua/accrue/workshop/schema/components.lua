-- Conditions, constraints and outcomes, from what a template's components declare.
local values = require "accrue.workshop.schema.values"

local ref = values.ref
local components = {}

local function deprecated(component) return component.deprecated and "Deprecated: " .. component.deprecated or nil end

-- Names as choices, each with its sentence.
local function named(list)
  local choices = {}
  for _, component in ipairs(list) do
    choices[#choices + 1] = { const = component.name, title = component.title, description = deprecated(component) or component.description,
      deprecated = component.deprecated and true or nil }
  end
  return { anyOf = choices }
end

-- The variables of a component, and the names of those that must be there.
local function variables(component)
  local properties, required = {}, {}
  for _, variable in ipairs(component.variables) do
    properties[variable.name] = values.of(variable)
    if values.is_required(variable) then required[#required + 1] = variable.name end
  end
  return properties, required
end

local function when(key, name, of)
  return { ["if"] = { properties = { [key] = { const = name } }, required = { key } }, ["then"] = of }
end

-- May the constraint stand in a condition of this type? As the core decides it.
local function fits(constraint, type_)
  local function has(list, name)
    for _, at in ipairs(list) do
      if at == name then return true end
    end
    return false
  end
  if not has(constraint.conditions, type_.name) and not has(type_.constraints, constraint.name) then return false end
  local facts = type_.over == "current" or type_.over == "history"
  if constraint.functions.accepts_item then return facts and has(type_.facts, "purchase") end
  if constraint.functions.portion then return facts and (has(type_.facts, "purchase") or has(type_.facts, "points")) end
  if constraint.functions.rate then return type_.over == "history" end
  return facts or (type_.over == "balance" and constraint.functions.accepts or false)
end

-- $defs.constraint.NAME: an object of its variables, the bare value of its only one, or a list of those.
function components.constraint(component)
  local properties, required = variables(component)
  local object = { type = "object", properties = properties, required = #required > 0 and required or nil, additionalProperties = false }
  local uses = { object }
  if #component.variables == 1 then uses[2] = values.of(component.variables[1]) end
  if #component.variables == 0 then uses[2] = { const = true } end
  local one = #uses > 1 and { anyOf = uses } or object
  return { title = component.title, description = component.description, anyOf = { one, { type = "array", items = one, minItems = 1 } } }
end

-- An object of the constraints for which `allowed` holds; nil when there are none.
local function constraints(all, allowed)
  local properties = {}
  for _, constraint in ipairs(all["constraint"]) do
    if allowed(constraint) then properties[constraint.name] = ref("constraint." .. constraint.name) end
  end
  if next(properties) == nil then return nil end
  return { type = "object", properties = properties, additionalProperties = false }
end

local function compared(phrase)
  local only
  for _, variable in ipairs(phrase.variables) do
    if variable.type == "operator" and variable.of then return variable.of end
    if variable.type == "operator" then only = only or false end
  end
  if only == nil then return nil end
  for _, variable in ipairs(phrase.variables) do
    if variable.type == "integer" or variable.type == "decimal" or variable.type == "money" or variable.type == "points"
      or variable.type == "percent" then return variable.name end
  end
end

-- A condition that uses the phrase.
function components.phrase(all, phrase)
  local properties, required = variables(phrase)
  local types, history = {}, false
  for _, name in ipairs(phrase.conditions) do
    for _, type_ in ipairs(all["condition type"]) do
      if type_.name == name then types[#types + 1] = type_ end
      history = history or (type_.name == name and type_.over == "history")
    end
  end
  properties.key_phrase = true
  properties.name = ref "name"
  if #phrase.conditions > 1 then properties.condition = { enum = phrase.conditions } end
  if #phrase.conditions == 1 then properties.condition = { const = phrase.conditions[1] } end
  properties.constraints = constraints(all, function(constraint)
    for _, type_ in ipairs(types) do
      if fits(constraint, type_) then return true end
    end
    return false
  end)
  local made = { title = phrase.title, properties = properties, additionalProperties = false }
  if history then
    properties.timeframe = properties.timeframe or ref "timeframe"
    properties.include_current = { type = "boolean", description = "false: what was there before this event; default true" }
    properties.fire = { const = "crossing", description = "Only at the event that makes it true" }
    properties.every = { ["$ref"] = "#/$defs/number", description = "At each multiple, in place of operator and number" }
    properties.from = { const = "start", description = "With every: pay for the past too" }
    local number, rest = compared(phrase), {}
    for _, name in ipairs(required) do
      if name ~= number then rest[#rest + 1] = name end
    end
    if #rest < #required then
      made.anyOf = { { required = { number } }, { required = { "every" } } }
      required = rest
    end
  end
  if #required > 0 then made.required = required end
  return made
end

function components.condition(all)
  local rules = {}
  for _, phrase in ipairs(all["key phrase"]) do
    rules[#rules + 1] = when("key_phrase", phrase.name, ref("key_phrase." .. phrase.name))
  end
  return { type = "object", required = { "key_phrase" }, properties = { key_phrase = named(all["key phrase"]) }, allOf = rules }
end

local function any_current(all)
  return constraints(all, function(constraint)
    for _, type_ in ipairs(all["condition type"]) do
      if type_.over == "current" and fits(constraint, type_) then return true end
    end
    return false
  end)
end

-- $defs.constraints: those of what is being judged, for outcomes, base earning and offers.
components.of_current = any_current

-- Those of a group: any that some condition inside may have.
function components.of_group(all)
  return constraints(all, function() return true end)
end

function components.outcome(outcome)
  local properties, required = variables(outcome)
  properties.outcome = true
  properties.rank = ref "integer"
  properties.constraints = ref "constraints"
  properties.basis = { const = "purchase", description = "The whole purchase, whatever the conditions let through" }
  properties.on = { enum = { "met", "unmet" }, description = "unmet: when the rule was woken and is false" }
  return { title = outcome.title, properties = properties, required = #required > 0 and required or nil, additionalProperties = false }
end

-- Those that may stand in a behavior.
function components.outcomes(all, behavior)
  local list, rules = {}, {}
  for _, outcome in ipairs(all["outcome"]) do
    local allowed = #outcome.behaviors == 0
    for _, name in ipairs(outcome.behaviors) do allowed = allowed or name == behavior end
    if allowed then
      list[#list + 1] = outcome
      rules[#rules + 1] = when("outcome", outcome.name, ref("outcome." .. outcome.name))
    end
  end
  return { type = "array", items = { type = "object", required = { "outcome" }, properties = { outcome = named(list) },
    allOf = #rules > 0 and rules or nil } }
end

return components
