export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** So far below the level deleting goes on, that it does not begin again with the next clip. */
const hysteresisPercent = 5;

/** 0 to 100; 0 where the size of the disk is not known. */
export function usedPercent({ freeBytes, totalBytes }: DiskSpace): number {
  if (!(totalBytes > 0)) return 0;
  return Math.min(100, Math.max(0, (1 - freeBytes / totalBytes) * 100));
}

/** How many bytes have to go; 0: none. `isFreeing`: deleting has begun and goes on below the level. */
export function bytesToFree(space: DiskSpace, level: { deleteAbovePercent: number; isFreeing: boolean }): number {
  const { deleteAbovePercent, isFreeing } = level;
  const target = Math.max(0, deleteAbovePercent - hysteresisPercent);
  if (usedPercent(space) <= (isFreeing ? target : deleteAbovePercent)) return 0;
  return Math.ceil(((usedPercent(space) - target) / 100) * space.totalBytes);
}
