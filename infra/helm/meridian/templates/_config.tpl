{{/*
Configurations of services: ${env:…} stands for values that only the pod's environment has, ${file:…} for secrets.
Helm reads ports as floating-point numbers; `int` makes them whole here.
*/}}

{{/* Merges `config` over `base`: { base, config } → YAML. Top-level keys of `config` replace those of `base`. */}}
{{- define "meridian.merged" -}}
{{- $merged := deepCopy .base -}}
{{- range $key, $value := .config }}{{ $_ := set $merged $key $value }}{{ end -}}
{{- toYaml $merged -}}
{{- end -}}

{{/* Returns the keys that every service has: { root, port } */}}
{{- define "meridian.base" -}}
stateDir: /var/lib/meridian
metricsHost: ${env:ADDRESS}
metricsPort: {{ int .port }}
{{- end -}}

{{/* Returns the keys that all nodes of a region share: { root, region } */}}
{{- define "meridian.node" -}}
{{- $urls := .root.Values.centre.urls -}}
{{- if not $urls -}}
{{- $centre := printf "%s.%s.svc:%d" (include "meridian.name" (dict "root" .root "kind" "centre")) .root.Release.Namespace (int .root.Values.ports.centreLinks) -}}
{{- $urls = list (printf "wss://%s" $centre) -}}
{{- end -}}
# The id is the pod's name, which the centre verifies with Kubernetes.
id: ${env:POD_NAME}
hostId: {{ .region.hostId | default "${env:NODE_NAME}" | quote }}
region: {{ .region.name | quote }}
city: {{ .region.city | quote }}
latitude: {{ .region.latitude }}
longitude: {{ .region.longitude }}
centreUrl: {{ join "," $urls | quote }}
enrolUrl: {{ join "," $urls | replace "wss://" "https://" | quote }}
enrolmentTokenFile: /var/run/secrets/meridian/token
enrolmentCaFile: /etc/meridian/authority/ca.crt
{{- end -}}

{{/* Returns the address on which a pod of a region listens: its own, unless the region sets another. */}}
{{- define "meridian.address" -}}{{ .address | default "${env:ADDRESS}" }}{{- end -}}

{{/* Returns the key with the address that a node announces to clients: { root } */}}
{{- define "meridian.announced" -}}
{{- if .root.Values.publicAddresses -}}
announcedAddress: ${file:/etc/meridian/addresses/${env:NODE_NAME}}
{{- end -}}
{{- end -}}

{{/* Returns the keys that the api and all library nodes share: { root } */}}
{{- define "meridian.distribution" -}}
{{- if .root.Values.distribution.channels -}}
distribution: {{ toJson .root.Values.distribution }}
{{- end -}}
{{- end -}}

{{/* Returns the keys that gateways and library nodes share: { root } */}}
{{- define "meridian.edges" -}}
{{- $values := .root.Values -}}
{{- if $values.edges.servers -}}
edges:
  secret: ${file:/etc/meridian/edges/{{ $values.secrets.edges.secret }}}
  servers: {{ toJson $values.edges.servers }}
{{- end -}}
{{- end -}}

{{- define "meridian.config.centre" -}}
{{- $values := .root.Values -}}
{{- $name := include "meridian.fullname" .root -}}
{{- $accounts := dict -}}
{{- range list "sfu" "signaling" "edge-probe" "gateway" "recorder" "library" "api" }}{{ $_ := set $accounts (printf "%s-%s" $name .) . }}{{ end -}}
{{- $base := include "meridian.base" (dict "port" $values.ports.centreMetrics) | fromYaml -}}
{{- $base = merge $base (dict
  "id" "${env:POD_NAME}"
  "linkHost" "${env:ADDRESS}"
  "linkPort" (int $values.ports.centreLinks)
  "linkUrl" (printf "wss://${env:ADDRESS}:%d" (int $values.ports.centreLinks))
  "httpHost" "127.0.0.1"
  "httpPort" (int $values.ports.centreHttp)
  "clusterToken" (printf "${file:/etc/meridian/secret/%s}" $values.secrets.cluster.token)
  "clusterSecret" (printf "${file:/etc/meridian/secret/%s}" $values.secrets.cluster.secret)
) -}}
{{- $kubernetes := dict
  "namespace" .root.Release.Namespace
  "selector" (printf "app.kubernetes.io/instance=%s,app.kubernetes.io/name=meridian,app.kubernetes.io/component=sfu" .root.Release.Name)
  "serviceAccounts" $accounts
  "authorityConfigMap" (include "meridian.authority" .root)
-}}
{{- range $key, $value := $values.centre.kubernetes }}{{ if $value }}{{ $_ := set $kubernetes $key $value }}{{ end }}{{ end -}}
{{- $_ := set $base "kubernetes" $kubernetes -}}
{{- if $values.secrets.redis.name -}}
{{- $_ := set $base "standby" true -}}
{{- $_ := set $base "redisUrl" (printf "${file:/etc/meridian/redis/%s}" $values.secrets.redis.url) -}}
{{- end -}}
{{- if $values.autoscaling.enabled -}}
{{- $regions := list }}{{ range $values.regions }}{{ $regions = append $regions .name }}{{ end -}}
{{- $_ := set $base "autoscale" (merge (dict "driver" "kubernetes" "regions" $regions) $values.autoscaling.config) -}}
{{- end -}}
{{ include "meridian.merged" (dict "base" $base "config" $values.centre.config) }}
{{- end -}}

{{/* { root, region, slot } */}}
{{- define "meridian.config.sfu" -}}
{{- $base := include "meridian.config.sfu.base" . | fromYaml -}}
{{ include "meridian.merged" (dict "base" $base "config" .root.Values.sfu.config) }}
{{- end -}}

{{- define "meridian.config.sfu.base" -}}
{{- $port := int .slot.portBase -}}
{{- $ip := include "meridian.address" .region | quote -}}
{{ include "meridian.base" (dict "port" (add $port 3)) }}
drainLimitMs: {{ mul .root.Values.sfu.drainSeconds 1000 }}
mediaListen:
  - ip: {{ $ip }}
    port: {{ $port }}
    {{- include "meridian.announced" . | nindent 4 }}
controlListen: { ip: {{ $ip }}, port: {{ add $port 1 }} }
pathListen: { ip: {{ $ip }}, port: {{ add $port 2 }} }
pipeListen: { ip: {{ $ip }}, portMin: {{ add $port 10 }}, portMax: {{ add $port 49 }} }
plainListen: { ip: {{ $ip }}, portMin: {{ add $port 50 }}, portMax: {{ add $port 89 }} }
{{- end -}}

{{/* { root, region, ports } */}}
{{- define "meridian.config.signaling" -}}
{{- $base := include "meridian.config.signaling.base" . | fromYaml -}}
{{ include "meridian.merged" (dict "base" $base "config" .root.Values.signaling.config) }}
{{- end -}}

{{- define "meridian.config.signaling.base" -}}
{{- $ip := include "meridian.address" .region | quote -}}
{{ include "meridian.base" (dict "port" .ports.signalingMetrics) }}
httpHost: {{ $ip }}
httpPort: {{ int .ports.signaling }}
publicUrl: {{ .region.signalingUrl | default (.region.url | replace "http://" "ws://" | replace "https://" "wss://") | quote }}
controlListen: { ip: {{ $ip }}, port: {{ int .ports.signalingControl }} }
apiKeys: []
trustedProxies: {{ toJson .root.Values.trustedProxies }}
allowedOrigins: [{{ quote .root.Values.url }}]
{{- end -}}

{{- define "meridian.config.gateway" -}}
{{- $base := include "meridian.config.gateway.base" . | fromYaml -}}
{{ include "meridian.merged" (dict "base" $base "config" .root.Values.gateway.config) }}
{{- end -}}

{{- define "meridian.config.gateway.base" -}}
{{- $ip := include "meridian.address" .region | quote -}}
{{- $plain := int .ports.gatewayPlain -}}
{{ include "meridian.base" (dict "port" .ports.gatewayMetrics) }}
drainLimitMs: {{ mul .root.Values.gateway.drainSeconds 1000 }}
httpListen: { ip: {{ $ip }}, port: {{ int .ports.gateway }} }
publicUrl: {{ .region.gatewayUrl | default .region.url | quote }}
rtmpListen: { ip: {{ $ip }}, port: {{ int .ports.rtmp }} }
rtmpUrl: {{ .region.rtmpUrl | default (printf "rtmp://%s:%d" (include "meridian.hostname" .region.url) (int .ports.rtmp)) | quote }}
udpListen:
  ip: {{ $ip }}
  port: {{ int .ports.gatewayUdp }}
  {{- include "meridian.announced" . | nindent 2 }}
plainListen: { ip: {{ $ip }}, portMin: {{ $plain }}, portMax: {{ add $plain 29 }} }
controlListen: { ip: {{ $ip }}, port: {{ int .ports.gatewayControl }} }
apiKeys: []
trustedProxies: {{ toJson .root.Values.trustedProxies }}
allowedOrigins: [{{ quote .root.Values.url }}]
{{ include "meridian.edges" . }}
{{- end -}}

{{- define "meridian.config.recorder" -}}
{{- $base := include "meridian.config.recorder.base" . | fromYaml -}}
{{ include "meridian.merged" (dict "base" $base "config" .root.Values.recorder.config) }}
{{- end -}}

{{- define "meridian.config.recorder.base" -}}
{{- $ip := include "meridian.address" .region | quote -}}
{{- $plain := int .ports.recorderPlain -}}
{{ include "meridian.base" (dict "port" .ports.recorderMetrics) }}
drainLimitMs: {{ mul .root.Values.recorder.drainSeconds 1000 }}
plainListen: { ip: {{ $ip }}, portMin: {{ $plain }}, portMax: {{ add $plain 99 }} }
controlListen: { ip: {{ $ip }}, port: {{ int .ports.recorderControl }} }
{{- end -}}

{{- define "meridian.config.library" -}}
{{- $base := include "meridian.config.library.base" . | fromYaml -}}
{{ include "meridian.merged" (dict "base" $base "config" .root.Values.library.config) }}
{{- end -}}

{{- define "meridian.config.library.base" -}}
{{- $ip := include "meridian.address" .region | quote -}}
{{ include "meridian.base" (dict "port" .ports.libraryMetrics) }}
httpListen: { ip: {{ $ip }}, port: {{ int .ports.libraryHttp }} }
publicUrl: {{ .region.url | quote }}
controlListen: { ip: {{ $ip }}, port: {{ int .ports.libraryControl }} }
trustedProxies: {{ toJson .root.Values.trustedProxies }}
{{ include "meridian.distribution" . }}
{{ include "meridian.edges" . }}
{{- end -}}

{{- define "meridian.config.edge-probe" -}}
{{- $base := include "meridian.base" (dict "port" .ports.probeMetrics) | fromYaml -}}
{{- $_ := set $base "probeListen" (dict "ip" (include "meridian.address" .region) "port" (int .ports.probe)) -}}
{{ include "meridian.merged" (dict "base" $base "config" .root.Values.edgeProbe.config) }}
{{- end -}}

{{/* Returns the origins of all regions' signaling nodes, for pages: http and https in place of ws and wss. */}}
{{- define "meridian.entryUrls" -}}
{{- $urls := list -}}
{{- range .Values.regions }}{{ $urls = append $urls (.signalingUrl | default .url | replace "ws://" "http://" | replace "wss://" "https://") }}{{ end -}}
{{- toJson (uniq $urls) -}}
{{- end -}}

{{- define "meridian.config.api" -}}
{{- $base := include "meridian.config.api.base" . | fromYaml -}}
{{ include "meridian.merged" (dict "base" $base "config" .root.Values.api.config) }}
{{- end -}}

{{- define "meridian.config.api.base" -}}
{{- $values := .root.Values -}}
{{ include "meridian.base" (dict "port" .ports.apiMetrics) }}
httpListen: { ip: {{ include "meridian.address" .region | quote }}, port: {{ int .ports.api }} }
publicUrl: {{ $values.url | quote }}
entryUrls: {{ include "meridian.entryUrls" .root }}
{{- if $values.secrets.postgres.name }}
databaseUrl: ${file:/etc/meridian/postgres/{{ $values.secrets.postgres.url }}}
{{- end }}
sealSecret: ${file:/etc/meridian/secret/{{ $values.secrets.api.seal }}}
trustedProxies: {{ toJson $values.trustedProxies }}
{{ include "meridian.distribution" . }}
{{- end -}}

{{- define "meridian.config.web" -}}
{{- $base := include "meridian.config.web.base" . | fromYaml -}}
{{ include "meridian.merged" (dict "base" $base "config" .root.Values.web.config) }}
{{- end -}}

{{- define "meridian.config.web.base" -}}
{{- $values := .root.Values -}}
{{- $gateways := list -}}
{{- $libraries := list -}}
{{- range $values.regions }}{{ if gt (int (dig "library" "replicas" 0 .)) 0 }}{{ $libraries = append $libraries .url }}{{ end }}{{ end -}}
{{- range $values.regions }}{{ if gt (int (dig "gateway" "replicas" 1 .)) 0 }}{{ $gateways = append $gateways (.gatewayUrl | default .url) }}{{ end }}{{ end -}}
{{ include "meridian.base" (dict "port" .ports.webMetrics) }}
httpHost: ${env:ADDRESS}
httpPort: {{ int .ports.web }}
entryUrls: {{ include "meridian.entryUrls" .root }}
gatewayUrls: {{ toJson (uniq $gateways) }}
libraryUrls: {{ toJson (uniq $libraries) }}
apiUrl: {{ $values.api.url | default (printf "http://%s:%d" (include "meridian.name" (dict "root" .root "kind" "api")) (int .ports.api)) | quote }}
trustedProxies: {{ toJson $values.trustedProxies }}
pageDir: /opt/meridian/current/product/web/dist
{{- end -}}
