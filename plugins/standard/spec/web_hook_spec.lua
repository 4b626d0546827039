local test = require "accrue.test"

describe("outcome web_hook", function()
  local url = "https://example.com/hook"
  local function rules(outcome)
    outcome.outcome = "web_hook"
    return test.rules { purchase = { { when = { key_phrase = "make_a_purchase" }, outcomes = { outcome } } } }
  end

  it("hands the template to the core", function()
    local web_hook = test.load("outcomes/web_hook.lua")
    local effects = web_hook:effects({ total = "5.00" }, { url = url, body = "[{member.id}]" })
    assert.same({ { effect = "webhook", url = url, template = "[{member.id}]" } }, effects)
  end)

  it("has a body of its own", function()
    local web_hook = test.load("outcomes/web_hook.lua")
    assert.truthy(web_hook:effects({ total = "5.00" }, { url = url })[1].template:find("{event.id}", 1, true))
  end)

  it("names the web hook in the reply", function()
    local shop = rules { url = url, body = '{"member":{member.id},"points":{balance.points}}' }
    local reply = shop:purchase("m-1", "5.00")
    assert.equal("applied", reply.status)
    assert.equal(reply.seq .. ".1", reply.outcomes[#reply.outcomes].web_hook)
  end)

  it("takes web addresses only", function()
    local web_hook = test.load("outcomes/web_hook.lua")
    assert.error_matches(function() web_hook:effects({}, { url = "file:///etc/passwd" }) end, "wanted http:// or https://")
  end)

  it("says which hole is none", function()
    local web_hook = test.load("outcomes/web_hook.lua")
    assert.error_matches(function() web_hook:effects({}, { url = url, body = "{event.idd}" }) end, "the nearest is {event.id}")
  end)
end)
