-- A program on an engine of its own, with a memory ledger: events in, replies and balances out.
local core = require "accrue.core"
local fact = require "accrue.test.fact"
local place = require "accrue.test.place"

local MINUTE <const> = 60 * 1000000

local program = {}

local Program = {}
Program.__index = Program

-- An error of the daemon in words, with every fault of a template or program on a line of its own.
local function described(failure)
  local lines = { failure.message or "failed" }
  for _, fault in ipairs((failure.data or {}).faults or {}) do
    lines[#lines + 1] = string.format("%s:%d:%d: %s", fault.file or "?", fault.line or 0, fault.column or 0, fault.message)
  end
  return table.concat(lines, "\n")
end

-- One method of the daemon; raises with its message.
function Program:call(method, params)
  self.requests = self.requests + 1
  local line = core.json_encode { jsonrpc = "2.0", id = self.requests, method = method, params = params }
  local reply = core.json_decode(self.engine:apply(line))
  if reply.error then error(method .. ": " .. described(reply.error), 3) end
  return reply.result
end

-- Sends an event: type, member and data, and id, source and time where they matter. The clock goes on by a minute an event, and
-- from the time of an event that has one.
function Program:send(event)
  self.events = self.events + 1
  self.now = event.time and fact.time(event.time) or self.now + MINUTE
  local line = core.json_encode(fact.event(event, self.events, core.time_text(self.now)))
  return core.json_decode(self.engine:apply(line))
end

-- The same, for events that must go through: raises unless the reply says `applied`.
function Program:apply(event)
  local reply = self:send(event)
  if reply.status ~= "applied" then error("found the reply " .. core.json_encode(reply) .. ", wanted applied", 2) end
  return reply
end

-- Applies a purchase of a total, or of the data given.
function Program:purchase(member, data, time)
  if type(data) == "string" then data = { total = data } end
  return self:apply { type = "purchase", member = member, data = data, time = time }
end

-- Sets the clock: the next event happens a minute later.
function Program:at(time) self.now = fact.time(time) end

-- A line as it comes over the socket, and the reply to it.
function Program:line(text) return core.json_decode(self.engine:apply(text)) end

function Program:member(member) return self:call("member.get", { member = member }) end

function Program:ledger(member)
  local result = self:call("member.ledger", { member = member })
  return result.entries or result
end

-- An integer, or a text with the account's decimals; 0 for an account that the member has nothing in.
function Program:balance(member, account)
  return (self:member(member).balances or {})[account or "points"] or 0
end

-- nil when the member has no level.
function Program:level(member, family)
  return (self:member(member).levels or {})[family or self.family]
end

-- Raises when an invariant of the ledger does not hold.
function Program:verify()
  local report = core.json_decode(self.engine:verify())
  if not report.ok then error("the ledger is damaged: " .. core.json_encode(report), 2) end
  return report
end

function Program:close() self.engine:close() end

local function read(path)
  local file = assert(io.open(path, "r"))
  local text = file:read("a")
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, "w"))
  assert(file:write(text))
  assert(file:close())
  return path
end

-- A program given as a table stands in a template of its own, which extends the one that it is for.
local function staged(source, template)
  local dir = core.directory()
  local up = string.rep("../", select(2, string.gsub(dir, "/", "")))
  core.make(dir .. "/programs")
  local made = { dir = dir, path = write(dir .. "/programs/spec.json", core.json_encode(source)) }
  made.manifest = write(dir .. "/template.lua", string.format('return { name = "spec", version = "0.0.0", api = 1, extends = %q }\n',
    up .. string.sub(template, 2)))
  return made
end

local function removed(stage)
  os.remove(stage.path)
  os.remove(stage.manifest)
  os.remove(stage.dir .. "/programs")
  os.remove(stage.dir)
end

local function publish(made, path, options)
  local engine = { template_dir = place.of_program(path), standard_dir = place.standard() }
  made.engine = core.engine(engine)
  made:call("program.publish", { path = path, status = "active", all_levels = options.levels == nil or options.levels == "all" })
end

function program.open(source, options, dir)
  local table_given = type(source) == "table"
  local template = options.template or dir
  if table_given and not template then error("no template.lua above this file; give options.template", 3) end
  local stage = table_given and staged(source, assert(core.path(template)))
  local path = stage and stage.path or assert(core.path(source))
  local content = table_given and source or core.json_decode(read(path))
  local made = setmetatable({ events = 0, requests = 0, family = content.family or content.program }, Program)
  made.now = fact.time(options.start or "2026-01-01")
  local good, message = pcall(publish, made, path, options)
  if stage then removed(stage) end
  if not good then error(message, 3) end
  return made
end

return program
