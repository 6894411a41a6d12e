-- Not a script: stands before every one that reads leases or fences.
-- '<fence> <holder>' as number and text; 0 and nil of what is absent or not one of ours (2^48: exact in Lua, and never reached).
local function parse(text)
  if not text then return 0, nil end
  local fence, holder = string.match(text, '^([1-9]%d*) (.+)$')
  fence = tonumber(fence)
  if not fence or fence > 281474976710656 then return 0, nil end
  return fence, holder
end
