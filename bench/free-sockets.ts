/** Sockets that a process may have open, less some for itself. */
export function freeSockets(): number {
  const { userLimits } = process.report.getReport() as unknown as {
    userLimits: { open_files: { soft: number | string } };
  };
  const { soft } = userLimits.open_files;
  return (typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY) - 200;
}
