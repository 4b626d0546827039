-- The test library as LuaLS annotations.
return [[
---@meta
-- Made by `accrue types`: the test library.

---@class accrue.test.Component
---@field value fun(self: accrue.test.Component, fact: table, vars?: table): integer?
---@field test fun(self: accrue.test.Component, fact: table, vars?: table, reads?: table): boolean, integer?
---@field accepts fun(self: accrue.test.Component, fact: table, vars?: table): boolean
---@field accepts_item fun(self: accrue.test.Component, item: table, vars?: table): boolean
---@field portion fun(self: accrue.test.Component, fact: table, vars?: table): integer, integer
---@field window fun(self: accrue.test.Component, vars: table, now: string, anchors?: table): string?, string?
---@field effects fun(self: accrue.test.Component, fact: table, vars?: table, reads?: table): table[]
---@field faults fun(self: accrue.test.Component, vars?: table): string?
---@field sentence fun(self: accrue.test.Component, vars?: table): string

---@class accrue.test.Program
---@field send fun(self: accrue.test.Program, event: table): table
---@field apply fun(self: accrue.test.Program, event: table): table
---@field purchase fun(self: accrue.test.Program, member: string, data?: table|string, time?: string): table
---@field give_back fun(self: accrue.test.Program, member: string, transaction: string, data?: table, time?: string): table
---@field join fun(self: accrue.test.Program, member: string, data?: table, time?: string): table
---@field at fun(self: accrue.test.Program, time: string)
---@field later fun(self: accrue.test.Program, duration: string)
---@field clock fun(self: accrue.test.Program, time: string): table
---@field balance fun(self: accrue.test.Program, member: string, account?: string): integer|string
---@field level fun(self: accrue.test.Program, member: string, family?: string): string?
---@field tag fun(self: accrue.test.Program, member: string, name: string): integer
---@field offers fun(self: accrue.test.Program, member: string, name: string): integer
---@field member fun(self: accrue.test.Program, member: string): table
---@field entries fun(self: accrue.test.Program, member: string): table[]
---@field replay fun(self: accrue.test.Program, path: string): table<string, integer>
---@field verify fun(self: accrue.test.Program): table
---@field close fun(self: accrue.test.Program)

---@class accrue.test
---@field load fun(file: string, dir?: string, options?: table): accrue.test.Component
---@field program fun(source: string|table, options?: table): accrue.test.Program
---@field rules fun(fields: table, options?: table): accrue.test.Program
---@field components fun(dir?: string): table[]
---@field purchase fun(fields?: table|string): table
---@field give_back fun(transaction: string|table, fields?: table): table
---@field event fun(type: string, data?: table, more?: table): table
---@field member fun(fields?: table): table

---@class luassert
---@field fired fun(rule: string, reply: table)
---@field not_fired fun(rule: string, reply: table)
---@field balance fun(points: integer|string, program: accrue.test.Program, member: string, account?: string)
---@field level fun(level: string?, program: accrue.test.Program, member: string, family?: string)
---@field entries fun(entries: table[], program: accrue.test.Program, member: string)
---@field applied fun(reply: table)
---@field rejected fun(part: string, reply: table)
---@field parks fun(part: string, reply: table)
]]
