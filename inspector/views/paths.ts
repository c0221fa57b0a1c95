export const inspectorPath = (id: string) => `/inspector/${encodeURIComponent(id)}`;
