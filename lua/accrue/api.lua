-- The Lua API (api 1) as data: what editor types are made of, and what a test compares with the core. A field ends in ? when it may be
-- left out; types are those of LuaLS.
local facts = require "accrue.api.facts"

local function f(name, kind, text) return { name = name, type = kind, text = text } end

local title = f("title", "string", "How a use reads, its variables in braces")
local variables = f("variables", "table<string, accrue.Variable>", "What a program says")
local conditions = f("conditions", "string|string[]", "The condition types that it goes with")
local examples = f("examples?", "{ vars: table, sentence: string }[]", "Uses, and how they read")
local check = f("check?", "fun(vars: table)", "Raises what one variable cannot say alone")
local reads = f("reads?", "fun(vars: table): table<string, accrue.Read>", "What the core fetches before each call")
local deprecated = f("deprecated?", "string", "What to use instead; programs that use it are warned")
local description = f("description?", "string", "For the manual")

local api = { version = 1, classes = facts }

api.constructors = {
  { name = "condition_type", text = "Which facts a condition looks at", fields = {
    title, f("over", "'current'|'history'|'balance'|'member'", "The fact at hand, those of the past, the points, or the member"),
    f("facts", "string|string[]", "\"purchase\", event types, \"*\" for any of them, \"points\", \"member\""),
    f("constraints?", "string|string[]", "Those that may narrow it; all that fit when left out"), deprecated, description } },
  { name = "key_phrase", text = "What is measured or tested about facts", fields = {
    title, conditions, variables,
    f("value?", "string|fun(fact: accrue.Fact, vars: table): integer?", "Measured, and compared by the operator; or test"),
    f("test?", "fun(fact: accrue.Fact, vars: table, reads: table): boolean, integer?", "Truth, and the number that was measured"),
    f("aggregate?", "'none'|'sum'|'count'|'average'|'last'|'min'|'max'|'distinct'|'new'", "What of a window's values is compared"),
    f("every?", "string", "The variable at whose multiples it holds"), f("reaches?", "string", "The variable that it reaches once"),
    reads, check, examples, deprecated, description } },
  { name = "constraint", text = "What narrows facts", fields = {
    title, conditions, variables,
    f("accepts?", "fun(fact: accrue.Fact, vars: table): boolean", "Of a whole fact"),
    f("accepts_item?", "fun(item: accrue.Item, vars: table): boolean", "Of a line of a purchase"),
    f("portion?", "fun(fact: accrue.Fact, vars: table): integer, integer", "Numerator and denominator of the share that counts"),
    f("window?", "fun(vars: table, now: accrue.Time): accrue.Time?, accrue.Time?", "From, and to (not in it); nil where open"),
    f("rate?", "fun(vars: table): integer, 'day'|'week'|'month'|'year'", "How many facts of a period count"),
    check, examples, deprecated, description } },
  { name = "outcome", text = "What a rule does when it holds", fields = {
    title, variables, f("effects", "fun(event: accrue.Fact, vars: table, reads: table): accrue.Effect[]", "What is proposed to the core"),
    reads, f("behaviors?", "string|string[]", "Where it may stand: entrance, purchase, event, maintenance"),
    f("events?", "string|string[]", "The event types that it goes with"), check, examples, deprecated, description } },
  { name = "event", text = "A custom event type, or fields that a known type has beyond the known ones", fields = {
    title, f("fields", "table<string, accrue.Variable>", "Of the event's data"),
    f("item_fields?", "table<string, accrue.Variable>", "Of the context of a purchase's items"), deprecated, description } },
}

api.options = {
  default = f("default?", "any", "As a program would write it"), optional = f("optional?", "boolean",
    "nil where a program does not give it"),
  help = f("help?", "string", "For the manual and the editor"), min = f("min?", "integer|string",
    "\"0.50\"; integers of the program's unit"),
  max = f("max?", "integer|string", "The highest that may be given"), scale = f("scale?", "integer", "Decimals, 0 to 9"),
  of = f("of?", "string|string[]", "operator: the variable compared; choice: the choices; set: of what"),
  setting = f("setting?", "string", "The program's setting that is its default"),
}

local numeric <const> = { "default", "optional", "help", "min", "max" }
local plain <const> = { "default", "optional", "help" }
local of <const> = { "default", "optional", "help", "of" }

local function v(name, given, text, options) return { name = name, type = given, text = text, options = options or plain } end

api.variables = {
  v("operator", "string", "at least, more than, exactly, at most, less than; compared by the core", of),
  v("integer", "integer", "A whole number", numeric),
  v("decimal", "integer", "Units of 10^-scale", { "default", "optional", "help", "min", "max", "scale" }),
  v("money", "integer", "Minor units of the program's currency", numeric),
  v("points", "integer", "The account's smallest units", numeric), v("percent", "integer", "Hundredths of a percent", numeric),
  v("text", "string", "A text"), v("boolean", "boolean", "true or false"),
  v("choice", "string", "One of some texts", { "default", "optional", "help", "of", "setting" }),
  v("set", "table<string, boolean>", "set[x] is true or false, for nil too", of),
  v("catalog", "accrue.Catalog", "Categories and items; catalog[item] is true or false"), v("event", "string", "An event type"),
  v("account", "string", "An account of the program"), v("source", "string", "A source of the program"),
  v("level", "string", "A level of the program"), v("program", "string", "A program"), v("audience", "string", "An audience"),
  v("tag", "string", "A tag"), v("offer", "string", "An offer"), v("reward_store", "string", "A reward store"), v("link", "string",
    "A link"),
  v("timeframe", "accrue.Timeframe", "A window of time; vars.timeframe:window(now)"),
  v("duration", "accrue.Duration", "As \"30 days\""), v("date", "integer", "Days since 1970"),
  v("days", "table<string, boolean>", "Days of the week"), v("slots", "string[]", "Times of the day, as \"22:00-02:00\""),
}

local account, points = f("account", "string", "Its name"), f("points", "integer", "Smallest units of the account")

api.effects = {
  { name = "award", fields = { account, f("source", "string", "Where the points come from"), points,
    f("max?", "integer", "At most so many"), f("expires?", "accrue.Time|accrue.Duration|string", "This lot's own term") } },
  { name = "deduct", fields = { account, points } }, { name = "spend", fields = { account, points } },
  { name = "expire", fields = { account, f("points?", "integer", "So many"), f("percent?", "integer", "Or such a part, in hundredths") } },
  { name = "tag", fields = { f("tag", "string", "Its name"), f("expires?", "accrue.Time|accrue.Duration|string", "Until when"),
    f("counter?", "boolean", "How often it was given is counted") } },
  { name = "untag", fields = { f("tag", "string", "Its name"), f("counter?", "boolean", "One less") } },
  { name = "emit", fields = { f("event", "string", "Its type"), f("data?", "table|string", "Its data"),
    f("after?", "accrue.Duration|string", "Later"), f("to?", "string", "A link: for those members") } },
  { name = "issue_offer", fields = { f("offer", "string", "Its name"), f("quantity?", "integer", "How many") } },
  { name = "purchase_offer", fields = { f("offer", "string", "Its name"), f("quantity?", "integer", "How many"),
    f("threshold?", "integer", "One after another while the balance is there"), f("account?", "string", "Out of which it is paid") } },
  { name = "grant_store", fields = { f("store", "string", "A reward store") } },
  { name = "revoke_store", fields = { f("store", "string", "A reward store") } },
  { name = "change_level", fields = { f("program?", "string", "Another program than the rule's"), f("level", "string", "Where to") } },
  { name = "leave", fields = { f("program?", "string", "Another program than the rule's"), f("level?", "string",
    "When in this level alone") } },
  { name = "webhook", fields = { f("url", "string", "Where to"), f("body?", "string", "Sent as it is"),
    f("template?", "string", "Sent with its holes filled") } },
}

api.reads = { "sum", "count", "average", "min", "max", "distinct", "last", "balance", "level", "tags", "audiences", "offers", "member",
  "fired" }

local function call(name, parameters, returns, text) return { name = name, parameters = parameters, returns = returns, text = text } end

local rounding = f("rounding?", "'down'|'half_up'|'up'", "down unless it says otherwise")

api.functions = {
  call("scale", { f("amount", "integer"), f("times", "integer"), f("per", "integer"), rounding }, "integer",
    "amount x times / per: the one way to divide; overflow is an error"),
  call("points_per", { f("amount", "integer"), f("points", "integer"), f("per", "integer"),
    f("options?", "{ precision?: integer, rounding?: string, hurdle?: integer, account?: string }") }, "integer",
    "Points for an amount, as points_variable gives them"),
  call("number", { f("fact", "accrue.Fact|accrue.Item"), f("path", "string"), f("decimals?", "integer") }, "integer?, integer?",
    "The number at a path and its decimals, or in units of 10^-decimals; nil where there is none"),
  call("now", {}, "accrue.Time", "The time of the event"),
  call("anniversary", { f("day", "accrue.Time|string"), f("year", "integer") }, "string",
    "The date on which a day comes round in a year"),
  call("check_web_hook", { f("url", "string"), f("template?", "string") }, "nil", "Raises what is wrong with them"),
}

api.text = {
  call("starts_with", { f("whole", "string"), f("start", "string") }, "boolean", "Does it begin so?"),
  call("split", { f("whole", "string"), f("separator", "string") }, "string[]", "The parts between separators, which are plain texts"),
  call("trim", { f("whole", "string") }, "string", "Without blanks around it"),
}

return api
