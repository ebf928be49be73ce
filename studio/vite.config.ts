import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page is served with a policy that allows no inline script or style and no data: addresses of code, so nothing may be folded into another file. */
export default defineConfig({
  plugins: [react()],
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false, target: 'es2022' },
  clearScreen: false,
  logLevel: 'warn',
});
