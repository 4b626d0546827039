-- One component on the real host: it is compiled into a program that has nothing else, then called with facts.
local blank = require "accrue.test.blank"
local core = require "accrue.core"
local fact = require "accrue.test.fact"
local place = require "accrue.test.place"

local component = {}

local folders = {
  key_phrases = "key phrase", constraints = "constraint", outcomes = "outcome",
  condition_types = "condition type", events = "event type",
}

-- What stands in a program by itself: a condition that a constraint of the standard condition types can be put on.
local phrases = {
  purchase       = { key_phrase = "make_a_purchase" },
  past_purchases = { key_phrase = "complete_transactions", count = 1 },
  event          = { key_phrase = "trigger_an_event", event = "member.join" },
  past_events    = { key_phrase = "complete_events", event = "member.join", count = 1 },
  past_points    = { key_phrase = "earn_points", points = 1 },
  total_points   = { key_phrase = "current_point_balance", points = 1 },
}

local loaded = {}

-- The template of a directory, loaded once.
function component.template(dir)
  if not dir then error("no template.lua above this file; give the template's directory", 3) end
  local path = assert(core.path(dir))
  loaded[path] = loaded[path] or core.template(path, place.standard())
  return loaded[path]
end

-- What wakes an outcome that may not stand among entrance rules.
local triggers = {
  purchase = { key_phrase = "make_a_purchase" },
  event = { key_phrase = "trigger_an_event", event = "member.join" },
}

local function program_around(behavior, rule, fields)
  local made = { [behavior] = { rule } }
  for key, value in pairs(fields or {}) do made[key] = value end
  return blank.program(made)
end

local function with(vars, key, name)
  local made = { [key] = name }
  for field, value in pairs(vars or {}) do made[field] = value end
  return made
end

local Component = {}
Component.__index = Component

function Component:rule(vars)
  if self.kind == "key phrase" then
    return { when = { all = { with(vars, "key_phrase", self.name) } } }
  elseif self.kind == "constraint" then
    local phrase = self.options.phrase or phrases[self.conditions[1]]
    if not phrase then error("give options.phrase: the condition that constraint " .. self.name .. " is put on", 4) end
    local condition = with(phrase, "constraints", { [self.name] = vars })
    return { when = { all = { condition } } }
  end
  return { when = triggers[self:behavior()] or "no rules", outcomes = { with(vars, "outcome", self.name) } }
end

-- The list of rules that a use of it may stand in.
function Component:behavior()
  for _, behavior in ipairs(self.behaviors or {}) do
    if triggers[behavior] then return behavior end
  end
  return "entrance"
end

local function compiled(self, vars)
  local text = core.json_encode(program_around(self:behavior(), self:rule(vars), self.options.program))
  if not self.programs[text] then
    local program, faults = self.template:compile(text, self.file)
    if not program then return nil, faults end
    self.programs[text] = program
  end
  return self.programs[text]
end

local function call(self, name, vars, ...)
  local program, faults = compiled(self, vars)
  if not program then error(faults, 3) end
  return program[name](program, self.kind, self.name, ...)
end

-- What a program with these variables is told, one fault a line; nil when it is good.
function Component:faults(vars)
  return select(2, compiled(self, vars))
end

-- What a use with these variables reads as; raises when it cannot be used so.
function Component:sentence(vars)
  local sentence, faults = self.template:sentence(self.kind, self.name, core.json_encode(vars or {}))
  return sentence or error(faults, 2)
end

-- What value(fact, vars) measures (or the path that stands for it), as the integer that is compared.
function Component:value(given, vars) return call(self, "value", vars, fact.of(given)) end

-- `reads` is what the core would have fetched: integers or texts by the names that the component's `reads` gives.
function Component:test(given, vars, reads) return call(self, "test", vars, fact.of(given), reads) end

function Component:accepts(given, vars) return call(self, "accepts", vars, fact.of(given)) end

-- The numerator and denominator of the share that is let through.
function Component:portion(given, vars) return call(self, "portion", vars, fact.of(given)) end

-- Of one line, given as in a purchase's items.
function Component:accepts_item(item, vars)
  return call(self, "accepts_item", vars, fact.of { total = item.amount or "0", items = { item } }, 1)
end

-- The effects proposed: { { effect = "award", account = "points", points = 5, ... } }.
function Component:effects(given, vars, reads) return call(self, "effects", vars, fact.of(given), reads) end

-- The window at a time, as two texts in UTC; nil where it is open. `anchors`: joined, level_entry ... as texts.
function Component:window(vars, now, anchors)
  local given = { now = fact.time(now) }
  for name, text in pairs(anchors or {}) do given[name] = fact.time(text) end
  local from, to = call(self, "window", vars, given)
  return from and core.time_text(from), to and core.time_text(to)
end

function component.load(file, dir, options)
  local folder, name = string.match(file, "([%w_]+)/([%w_%.]+)%.lua$")
  local kind = folders[folder]
  if not kind then error(file .. ": wanted a file such as key_phrases/litres.lua", 3) end
  local template = component.template(dir)
  for _, known in ipairs(template:components()) do
    if known.kind == kind and known.name == name then
      known.template, known.options, known.programs = template, options, {}
      return setmetatable(known, Component)
    end
  end
  error(dir .. " has no " .. kind .. " " .. name, 3)
end

return component
