{{/* Names and labels. A StatefulSet's name may have 52 characters, as labels of its pods extend it. */}}

{{- define "meridian.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 24 | trimSuffix "-" -}}
{{- end -}}

{{/* { root, kind, region?, slot? } */}}
{{- define "meridian.name" -}}
{{- $name := printf "%s-%s" (include "meridian.fullname" .root) .kind -}}
{{- range (list .region .slot) }}{{ if . }}{{ $name = printf "%s-%s" $name . }}{{ end }}{{ end -}}
{{- if gt (len $name) 52 }}{{ fail (printf "%s is longer than 52 characters: take shorter names" $name) }}{{ end -}}
{{- $name -}}
{{- end -}}

{{/* Returns the labels that select the pods of a kind, region and slot: { root, kind, region?, slot? } */}}
{{- define "meridian.selector" -}}
app.kubernetes.io/name: meridian
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .kind }}
{{- with .region }}
meridian.dev/region: {{ . }}
{{- end }}
{{- with .slot }}
meridian.dev/slot: {{ . }}
{{- end }}
{{- end -}}

{{- define "meridian.labels" -}}
{{ include "meridian.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | quote }}
{{- end -}}

{{/* Name of the centres' ConfigMap with the certificate of the cluster's authority. */}}
{{- define "meridian.authority" -}}{{ include "meridian.fullname" . }}-authority{{- end -}}

{{/* Secret of the channels, for pods of the api and of library nodes: a list with one or no entry, as JSON. */}}
{{- define "meridian.channelSecrets" -}}
{{- $name := .Values.secrets.distribution.name -}}
{{- if and $name .Values.distribution.channels }}{{ toJson (list (dict "folder" "distribution" "name" $name)) }}{{ else }}[]{{ end -}}
{{- end -}}

{{- define "meridian.apiRegion" -}}{{ .Values.api.region | default (first .Values.regions).name }}{{- end -}}

{{/* HOST or HOST:PORT of an origin. */}}
{{- define "meridian.host" -}}{{ (urlParse .).host }}{{- end -}}
{{- define "meridian.hostname" -}}{{ (urlParse .).hostname }}{{- end -}}
