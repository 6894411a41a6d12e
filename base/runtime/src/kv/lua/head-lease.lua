-- No script of its own: prepended to every script that reads leases or fences.
-- Parses '<fence> <holder>' into number and text; returns 0 and nil for any other value (2^48 is exact in Lua and never
-- reached).
local function parse(text)
  if not text then return 0, nil end
  local fence, holder = string.match(text, '^([1-9]%d*) (.+)$')
  fence = tonumber(fence)
  if not fence or fence > 281474976710656 then return 0, nil end
  return fence, holder
end
