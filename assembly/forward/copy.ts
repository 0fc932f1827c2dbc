/**
 * Copies `length` bytes in steps of 64: `memory.copy` is a call out of WebAssembly, which takes longer up to some 500 bytes. The
 * first step without asking how many, because the end of a loop is mispredicted. Up to 64 bytes behind the target are
 * overwritten.
 */
// @ts-ignore: decorator
@inline
export function copyFrame(to: usize, from: usize, length: u32): void {
  copy64(to, from);
  if (length > 64) copyRest(to, from, length);
}

function copyRest(to: usize, from: usize, length: u32): void {
  if (length > 512) {
    memory.copy(to, from, length);
    return;
  }
  for (let i: usize = 64; i < <usize>length; i += 64) copy64(to + i, from + i);
}

// @ts-ignore: decorator
@inline
function copy64(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  v128.store(to, v128.load(from, 32), 32);
  v128.store(to, v128.load(from, 48), 48);
}

/** The same for pieces of a packet. Up to 15 bytes behind the target are overwritten. */
export function copyPiece(to: usize, from: usize, length: u32): void {
  if (length > 512) {
    memory.copy(to, from, length);
    return;
  }
  for (let i: usize = 0; i < <usize>length; i += 16) v128.store(to + i, v128.load(from + i));
}
