-- A program on an engine of its own, with a memory ledger: events in, replies and balances out.
local build = require "accrue.test.build"
local clock = require "accrue.test.clock"
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

local function request(self, method, params)
  self.requests = self.requests + 1
  local line = core.json_encode { jsonrpc = "2.0", id = self.requests, method = method, params = params }
  return core.json_decode(self.engine:apply(line))
end

-- One method of the daemon; raises with its message.
function Program:call(method, params)
  local reply = request(self, method, params)
  if reply.error then error(method .. ": " .. described(reply.error), 3) end
  return reply.result
end

-- What is known of a member; of one that nothing was heard of yet, nothing.
local function known(self, member)
  local reply = request(self, "member.get", { member = member })
  if reply.error and (reply.error.data or {}).code ~= "member_unknown" then error(described(reply.error), 3) end
  return reply.result or {}
end

-- Sends an event: type, member and data, and id, source and time where they matter. The clock goes on by a minute an event, and
-- from the time of an event that has one.
function Program:send(event)
  self.events = self.events + 1
  self.now = event.time and fact.time(event.time) or self.now + MINUTE
  local sent = fact.event(event, self.events, core.time_text(self.now))
  local reply = core.json_decode(self.engine:apply(core.json_encode(sent)))
  -- What the core explains of it, asked for when an assertion fails; no field of the reply.
  return setmetatable(reply, { __index = { explained = function()
    local counting = core.watch(false) -- what judges again for an explanation is no spec of a component
    local result = request(self, "event.explain", { source = sent.source, id = sent.id }).result
    core.watch(counting)
    return result
  end } })
end

-- The same, for events that must go through: raises unless the reply says `applied`.
function Program:apply(event)
  local reply = self:send(event)
  if reply.status ~= "applied" then error("found the reply " .. core.json_encode(reply) .. ", wanted applied", 2) end
  return reply
end

-- Applies a purchase of a total, or of the data given, with what is left out filled in; without either, one of 10.00.
function Program:purchase(member, data, time)
  return self:apply { type = "purchase", member = member, data = build.purchase(data), time = time }
end

-- Applies member.join: birthday, timezone, attributes, as a program's members have them.
function Program:join(member, data, time) return self:apply { type = "member.join", member = member, data = data or {}, time = time } end

-- Moves the clock on, as by "3 days".
function Program:later(duration) self.now = clock.later(self.now, duration) end

-- Sets the clock: the next event happens a minute later. Nothing is told to the ledger; `clock` does that.
function Program:at(time) self.now = fact.time(time) end

-- Tells the ledger that a time has come: what is due for any member is done.
function Program:clock(time) return self:apply { type = "clock", time = time } end

-- Gives back a transaction, or a part of it by `data` (items, total).
function Program:give_back(member, transaction, data, time)
  local given = { of = transaction }
  for key, value in pairs(data or {}) do given[key] = value end
  return self:apply { type = "return", member = member, data = given, time = time }
end

-- Sends every line of a file of events, named as for test.program, and gives the replies counted by status.
function Program:replay(path)
  local statuses = {}
  for line in assert(io.lines(place.file(path, self.dir))) do
    local status = self:line(line).status
    statuses[status] = (statuses[status] or 0) + 1
  end
  return statuses
end

-- A line as it comes over the socket, and the reply to it.
function Program:line(text) return core.json_decode(self.engine:apply(text)) end

function Program:member(member) return self:call("member.get", { member = member }) end

function Program:ledger(member)
  local result = self:call("member.ledger", { member = member })
  return result.entries or result
end

-- The same, none for a member that nothing was heard of yet.
function Program:entries(member)
  local reply = request(self, "member.ledger", { member = member })
  return reply.result and (reply.result.entries or reply.result) or {}
end

-- One entry as a line.
function Program.entry_text(entry)
  local parts = { entry.time or entry.at or "", string.format("%s %s", core.json_encode(entry.points), entry.account or "") }
  for _, name in ipairs { "kind", "reason", "source", "rule" } do
    if type(entry[name]) == "string" then parts[#parts + 1] = name .. " " .. entry[name] end
  end
  return table.concat(parts, "  ")
end

-- An integer, or a text with the account's decimals; 0 for an account that the member has nothing in, and for an unknown member.
function Program:balance(member, account)
  return (known(self, member).balances or {})[account or "points"] or 0
end

-- nil when the member has no level.
function Program:level(member, family)
  return (known(self, member).levels or {})[family or self.family]
end

-- How often the member has a tag: 0 when not; a tag with a term counts one.
function Program:tag(member, name)
  for _, tag in ipairs(known(self, member).tags or {}) do
    if tag.tag == name then return tag.count end
  end
  return 0
end

-- How many of an offer the member holds that can be redeemed now.
function Program:offers(member, name)
  local count = 0
  for _, offer in ipairs(known(self, member).offers or {}) do
    if offer.offer == name and offer.state == "issued" then count = count + 1 end
  end
  return count
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
  local path = stage and stage.path or assert(core.path(place.file(source, dir)))
  local content = table_given and source or core.json_decode(read(path))
  local made = setmetatable({ events = 0, requests = 0, dir = dir, family = content.family or content.program }, Program)
  made.now = fact.time(options.start or "2026-01-01")
  local good, message = pcall(publish, made, path, options)
  if stage then removed(stage) end
  if not good then error(message, 3) end
  return made
end

return program
