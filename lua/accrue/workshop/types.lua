-- accrue types: the Lua API and a template's event types as LuaLS annotations.
local api = require "accrue.api"
local core = require "accrue.core"
local files = require "accrue.workshop.files"
local options = require "accrue.workshop.options"
local place = require "accrue.test.place"

local types = {}

types.help = [[
usage: accrue types DIR

Writes what an editor with the Lua language server needs to complete and check components of the rules template DIR: .accrue/accrue.lua
(the API), .accrue/events.lua (a class for each event type that the template declares) and .accrue/test.lua (the test library).
.luarc.json, which accrue new makes, names that folder.

example:
  accrue types fuel-club
]]

local function bare(name)
  local optional = string.sub(name, -1) == "?"
  return optional and string.sub(name, 1, -2) or name, optional
end

local function comment(text) return text and " " .. text or "" end

-- One parameter's type, with ? where it may be left out.
local function parameters(list)
  local names, notes = {}, {}
  for _, parameter in ipairs(list) do
    names[#names + 1] = (bare(parameter.name))
    notes[#notes + 1] = string.format("---@param %s %s%s", parameter.name, parameter.type, comment(parameter.text))
  end
  return table.concat(names, ", "), notes
end

local function add_function(out, before, made)
  local names, notes = parameters(made.parameters)
  if made.text then out[#out + 1] = "---" .. made.text end
  for _, note in ipairs(notes) do out[#out + 1] = note end
  if made.returns ~= "nil" then out[#out + 1] = "---@return " .. made.returns end
  out[#out + 1] = string.format("function %s%s(%s) end\n", before, made.name, names)
end

local function add_class(out, class)
  if class.text then out[#out + 1] = "---" .. class.text end
  out[#out + 1] = "---@class " .. class.name .. (class.of and ": " .. class.of or "")
  for _, field in ipairs(class.fields or {}) do
    out[#out + 1] = string.format("---@field %s %s%s", field.name, field.type, comment(field.text))
  end
  local variable = string.gsub(class.name, "[^%w]", "_")
  if not class.methods then
    out[#out] = out[#out] .. "\n"
    return
  end
  out[#out + 1] = "local " .. variable .. " = {}\n"
  for _, method in ipairs(class.methods) do add_function(out, variable .. ":", method) end
end

local function described(fields, names)
  local list = {}
  for _, name in ipairs(names) do list[#list + 1] = fields[name] end
  return list
end

local function add_variables(out)
  out[#out + 1] = "---A declared variable\n---@class accrue.Variable\n\nlocal var = {}\n"
  for _, variable in ipairs(api.variables) do
    local class = "accrue.var." .. variable.name .. ".Options"
    add_class(out, { name = class, fields = described(api.options, variable.options) })
    out[#out + 1] = string.format("---%s; arrives as %s", variable.text, variable.type)
    out[#out + 1] = string.format("---@param options? %s\n---@return accrue.Variable\nfunction var.%s(options) end\n", class, variable.name)
  end
end

local function add_effects(out)
  out[#out + 1] = "---What an outcome proposes\n---@class accrue.Effect\n\nlocal effect = {}\n"
  for _, made in ipairs(api.effects) do
    local class = "accrue.effect." .. made.name .. ".Fields"
    add_class(out, { name = class, fields = made.fields })
    out[#out + 1] = string.format("---@param fields %s\n---@return accrue.Effect\nfunction effect.%s(fields) end\n", class, made.name)
  end
end

local function add_reads(out)
  out[#out + 1] = "---What the core is asked to fetch\n---@class accrue.Read\n\nlocal read = {}\n"
  for _, name in ipairs(api.reads) do
    out[#out + 1] = string.format("---@param of table\n---@return accrue.Read\nfunction read.%s(of) end\n", name)
  end
end

function types.api()
  local out = { "---@meta\n-- Made by `accrue types`: the Lua API " .. api.version .. ".\n" }
  for _, class in ipairs(api.classes) do add_class(out, class) end
  local facts = {}
  for _, class in ipairs(api.classes) do
    if class.kind then facts[#facts + 1] = class.name end
  end
  out[#out + 1] = "---@alias accrue.Fact " .. table.concat(facts, "|") .. "\n"
  add_variables(out)
  add_effects(out)
  add_reads(out)
  out[#out + 1] = "local text = {}\n"
  for _, made in ipairs(api.text) do add_function(out, "text.", made) end
  out[#out + 1] = "---@class accrue.Component\n\naccrue = { var = var, effect = effect, read = read, text = text }\n"
  for _, made in ipairs(api.constructors) do
    local class = "accrue." .. made.name .. ".Fields"
    add_class(out, { name = class, fields = made.fields })
    out[#out + 1] = string.format("---%s\n---@param fields %s\n---@return accrue.Component\nfunction accrue.%s(fields) end\n", made.text,
      class, made.name)
  end
  for _, made in ipairs(api.functions) do add_function(out, "accrue.", made) end
  return table.concat(out, "\n")
end

local arrives <const> = { integer = "integer", decimal = "integer", money = "integer", percent = "integer", text = "string",
  boolean = "boolean", date = "integer" }

local function declared(fields)
  local made = {}
  for _, field in ipairs(fields) do
    local kind = arrives[field.type]
    if field.choices then
      local words = {}
      for number, choice in ipairs(field.choices) do words[number] = string.format("%q", choice) end
      kind = table.concat(words, "|")
    end
    local scale = field.scale and ", " .. field.scale .. " decimals" or ""
    made[#made + 1] = { name = field.name, type = (kind or "any") .. (field.optional and "?" or ""), text = field.type .. scale }
  end
  return made
end

-- A class for each event type: accrue.event.TYPE, and accrue.event.purchase.Item for declared fields of lines.
function types.events(components)
  local out = { "---@meta\n-- Made by `accrue types`: the template's event types, as in ---@param visit accrue.event.NAME\n" }
  for _, component in ipairs(components) do
    if component.kind == "event type" then
      local name = "accrue.event." .. component.name
      local known = component.name == "purchase"
      local own = declared(component.fields)
      if known then
        local items = #component.item_fields > 0
        add_class(out, { name = name .. ".ItemContext", fields = declared(component.item_fields) })
        add_class(out, { name = name .. ".Item", of = "accrue.Item", fields = { { name = "context", type = name .. ".ItemContext" } } })
        add_class(out, { name = name .. ".Context", fields = own })
        own = { { name = "context", type = name .. ".Context" } }
        if items then own[#own + 1] = { name = "items", type = name .. ".Item[]", text = "The lines that count" } end
      end
      add_class(out, { name = name, of = known and "accrue.Purchase" or "accrue.Event", text = component.title, fields = own })
    end
  end
  return table.concat(out, "\n")
end

function types.write(dir)
  local template = core.template(dir, place.standard())
  files.write(dir .. "/.accrue/accrue.lua", types.api())
  files.write(dir .. "/.accrue/events.lua", types.events(template:describe().components))
  files.write(dir .. "/.accrue/test.lua", require "accrue.workshop.test_types")
end

function types.run(words)
  local given = options("types", words, {}, 1, 1)
  types.write(files.template(given[1]))
  io.stdout:write(string.format("made %s/.accrue/accrue.lua, events.lua and test.lua\n", given[1]))
  return 0
end

return types
