-- What a component sees of facts, as classes with fields and methods.
local function f(name, kind, text) return { name = name, type = kind, text = text } end

local function method(name, parameters, returns, text)
  return { name = name, parameters = parameters, returns = returns, text = text, method = true }
end

local measured <const> = { f("of", "string|fun(item: accrue.Item): integer?") }
local tested <const> = { f("of", "fun(item: accrue.Item): boolean") }

local common <const> = {
  f("type", "string", "purchase, the event's type, points, balance or member"), f("id", "string", "Of the event"),
  f("time", "accrue.Time", "By the member's clock, else the program's"), f("context", "table<string, any>", "Further fields, as declared"),
}

local function with(fields)
  local made = {}
  for _, list in ipairs { common, fields } do
    for _, field in ipairs(list) do made[#made + 1] = field end
  end
  return made
end

local here = f("local_time", "accrue.Time", "By the clock of the store, else the program's")

return {
  { name = "accrue.Purchase", kind = "purchase", text = "A purchase", fields = with {
    here, f("transaction", "string?", "Its number"), f("store", "string?", "Where it happened"),
    f("store_groups", "string[]", "Groups that the store is in"), f("channel", "string?", "As sent"), f("currency", "string?", "As sent"),
    f("total", "integer", "As sent, minor units"), f("subtotal", "integer?", "As sent"), f("tax", "integer?", "As sent"),
    f("shipping", "integer?", "As sent"), f("amount", "integer", "What counts"), f("items", "accrue.Item[]", "The lines that count"),
    f("all_items", "accrue.Item[]", "All lines"), f("payments", "accrue.Payment[]", "How it was paid"), f("discounts", "table[]",
      "As sent"),
    f("base_points", "table<string, integer>", "To outcomes: what base earning gave, by account") }, methods = {
    method("sum", measured, "integer", "Over the lines that count"), method("count", tested, "integer", "How many lines"),
    method("any", tested, "boolean", "Is there such a line?"), method("max", measured, "integer?", "The highest"),
    method("min", measured, "integer?", "The lowest") } },
  { name = "accrue.Item", text = "A line of a purchase", fields = {
    f("line", "string?", "Its number"), f("sku", "string?", "What was bought"), f("categories", "string[]", "Paths as \"fuel/95\""),
    f("quantity", "integer", "Thousandths"), f("amount", "integer", "Minor units"),
    f("context", "table<string, any>", "Further fields, as declared in events/purchase.lua") } },
  { name = "accrue.Payment", text = "A means of payment", fields = { f("type", "string", "As sent"), f("amount", "integer",
    "Minor units") } },
  { name = "accrue.Event", kind = "event", text = "A custom event", fields = with {
    here, f("symbol", "string", "Its type"), f("quantity", "integer", "Thousandths") } },
  { name = "accrue.Points", kind = "points", text = "A movement of points", fields = with {
    here, f("points", "integer", "Smallest units"), f("account", "string", "Which"), f("point_source", "string?", "Where from"),
    f("reason", "'award'|'adjust'|'deduct'|'spend'|'transfer'|'import'|'expire'|'reversal'", "Why") } },
  { name = "accrue.Balance", kind = "balance", text = "Points that are there", fields = with {
    f("points", "integer", "Smallest units"), f("account", "string?", "Which") } },
  { name = "accrue.Member", kind = "member", text = "A member, over audience and profile", fields = with {
    f("joined", "accrue.Time", "When"), f("birthday", "string?", "A date"), f("timezone", "string?", "As \"Europe/Vienna\""),
    f("attributes", "table<string, string?>", "By key"), f("tags", "table<string, integer?>", "How often"),
    f("audiences", "table<string, boolean>", "In it?"), f("levels", "table<string, string?>", "By family"),
    f("links", "table<string, integer?>", "To how many members"), f("level", "string?", "In the program at hand"),
    f("level_since", "accrue.Time?", "Since when"), f("level_order", "table<string, integer?>", "1 is the lowest"),
    f("offers", "table<string, integer?>", "Not used yet"), f("offers_redeemed", "table<string, integer?>", "Used"),
    f("offers_expired", "table<string, integer?>", "Over, and not used") } },
  { name = "accrue.Time", text = "A time, in a zone; compares with < and ==", fields = {
    f("year", "integer"), f("month", "integer"), f("day", "integer"), f("weekday", "integer", "1 is Monday"), f("hour", "integer"),
    f("minute", "integer") }, methods = {
    method("date", {}, "string", "As \"2026-03-01\""), method("start_of", { f("unit", "string"), f("n?", "integer") }, "accrue.Time",
      "The beginning of the day, week, month or year, n of them away"),
    method("add", { f("duration", "accrue.Duration|string") }, "accrue.Time", "Later"),
    method("days_since", { f("time", "accrue.Time|string") }, "integer", "Calendar days") } },
  { name = "accrue.Duration", text = "As \"30 days\"", fields = { f("n", "integer"), f("unit", "string") } },
  { name = "accrue.Timeframe", text = "A window of time", methods = {
    method("window", { f("now", "accrue.Time") }, "accrue.Time?, accrue.Time?", "From, and to (not in it)") } },
  { name = "accrue.Catalog", text = "Categories and items; catalog[item] is true or false", fields = {
    f("categories", "string[]", "As given"), f("items", "string[]", "As given") }, methods = {
    method("depth", { f("item", "accrue.Item|string") }, "integer?", "How many parts of a category's path fit") } },
}
