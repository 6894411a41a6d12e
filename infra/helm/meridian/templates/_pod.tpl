{{/*
Pod of a service, its ConfigMap, and the probes and limits that all pods share.
{ root, kind, program, region?, slot?, regionLabel?, hostNetwork, config, nodeConfig?, metrics, drainSeconds?, volume?,
  hasClaims?: `state` comes from claims of its StatefulSet,
  ports: [{ name, port, protocol? }], secrets: [{ name, folder }], isReached?: by clients without an ingress,
  of: the values of the kind, place: { nodeSelector?, tolerations? } }
*/}}

{{/* Time for an orderly stop after a drain (closeLimitMs, 10 s), with some reserve. */}}
{{- define "meridian.closeSeconds" -}}15{{- end -}}
{{/* For services that end at once: the pod still accepts requests until the ingress knows that it is terminating. */}}
{{- define "meridian.leaveSeconds" -}}5{{- end -}}

{{- define "meridian.configMap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "meridian.name" . }}
  labels: {{- include "meridian.labels" . | nindent 4 }}
data:
  {{- with .nodeConfig }}
  node.yaml: |
    {{- . | nindent 4 }}
  {{- end }}
  {{ .program }}.yaml: |
    {{- .config | nindent 4 }}
{{- end -}}

{{- define "meridian.pod" -}}
{{- $values := .root.Values -}}
metadata:
  labels:
    {{- include "meridian.labels" . | nindent 4 }}
    {{- with .regionLabel }}
    meridian.dev/region: {{ . }}
    {{- end }}
  annotations:
    # Replaces the pod when its configuration changes.
    meridian.dev/config: {{ printf "%s%s" .nodeConfig .config | sha256sum | trunc 16 | quote }}
    {{- with $values.podAnnotations }}{{ toYaml . | nindent 4 }}{{ end }}
spec:
  serviceAccountName: {{ include "meridian.fullname" .root }}-{{ .kind }}
  # Only the centre calls Kubernetes; nodes have a token that is valid only at the centre.
  automountServiceAccountToken: {{ eq .kind "centre" }}
  enableServiceLinks: false
  {{- if .hostNetwork }}
  hostNetwork: true
  dnsPolicy: ClusterFirstWithHostNet
  {{- end }}
  terminationGracePeriodSeconds: {{ add (.drainSeconds | default (include "meridian.leaveSeconds" . | int)) (include "meridian.closeSeconds" . | int) }}
  {{- with $values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: { type: RuntimeDefault }
  {{- with .place.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .place.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if ne .kind "edge-probe" }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        # All slots of a region are spread together.
        matchLabels: {{- include "meridian.selector" (omit $ "slot") | nindent 10 }}
    {{- end }}
  {{- end }}
  containers:
    - name: {{ .program }}
      image: {{ printf "%s:%s" $values.image.repository ($values.image.tag | default .root.Chart.AppVersion) | quote }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args:
        - {{ .program }}
        {{- if .nodeConfig }}
        - --config=/etc/meridian/config/node.yaml
        {{- end }}
        - --config=/etc/meridian/config/{{ .program }}.yaml
      env:
        {{- $fields := dict "POD_NAME" "metadata.name" "NODE_NAME" "spec.nodeName" "ADDRESS" (ternary "status.hostIP" "status.podIP" .hostNetwork) }}
        {{- range $name, $path := $fields }}
        - { name: {{ $name }}, valueFrom: { fieldRef: { fieldPath: {{ $path }} } } }
        {{- end }}
      ports:
        {{- range .ports }}
        - name: {{ .name }}
          containerPort: {{ int .port }}
          {{- if $.hostNetwork }}
          hostPort: {{ int .port }}
          {{- end }}
          protocol: {{ .protocol | default "TCP" }}
        {{- end }}
        - name: metrics
          containerPort: {{ int .metrics }}
          {{- if .hostNetwork }}
          hostPort: {{ int .metrics }}
          {{- end }}
          protocol: TCP
      # Allows five minutes, because the first pods wait for the centre.
      startupProbe:
        httpGet: { path: /healthz, port: metrics }
        periodSeconds: 2
        failureThreshold: 150
        timeoutSeconds: 2
      readinessProbe:
        httpGet: { path: /healthz, port: metrics }
        periodSeconds: 5
        failureThreshold: 2
        timeoutSeconds: 3
      # A pod that is frozen for 20 s cannot drain, so it is killed soon.
      livenessProbe:
        httpGet: { path: /livez, port: metrics }
        periodSeconds: 5
        failureThreshold: 4
        timeoutSeconds: 5
        terminationGracePeriodSeconds: 5
      {{- if not .drainSeconds }}
      lifecycle:
        preStop: { exec: { command: [sleep, {{ include "meridian.leaveSeconds" . | quote }}] } }
      {{- end }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      {{- with .of.resources }}
      resources: {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - { name: config, mountPath: /etc/meridian/config, readOnly: true }
        - { name: state, mountPath: /var/lib/meridian }
        - { name: tmp, mountPath: /tmp }
        {{- if .nodeConfig }}
        - { name: authority, mountPath: /etc/meridian/authority, readOnly: true }
        - { name: token, mountPath: /var/run/secrets/meridian, readOnly: true }
        {{- end }}
        {{- if .isReached }}
        - { name: addresses, mountPath: /etc/meridian/addresses, readOnly: true }
        {{- end }}
        {{- range .secrets }}
        - { name: {{ .folder }}, mountPath: /etc/meridian/{{ .folder }}, readOnly: true }
        {{- end }}
  volumes:
    - name: config
      configMap: { name: {{ include "meridian.name" . }} }
    {{- if not .hasClaims }}
    - name: state
      {{- if .volume }}
      persistentVolumeClaim: { claimName: {{ .volume }} }
      {{- else }}
      emptyDir: { sizeLimit: 1Gi }
      {{- end }}
    {{- end }}
    - name: tmp
      emptyDir: { sizeLimit: 1Gi }
    {{- if .nodeConfig }}
    # Written by the centre; until then pods wait for it.
    - name: authority
      configMap: { name: {{ include "meridian.authority" .root }} }
    - name: token
      projected:
        sources:
          - serviceAccountToken: { audience: meridian, expirationSeconds: 3600, path: token }
    {{- end }}
    {{- if .isReached }}
    - name: addresses
      configMap: { name: {{ include "meridian.fullname" .root }}-addresses }
    {{- end }}
    {{- range .secrets }}
    - name: {{ .folder }}
      secret: { secretName: {{ .name }}, defaultMode: 0440 }
    {{- end }}
{{- end -}}

{{/* Claim for a new volume, for services without an existing claim: { root, kind, of } */}}
{{- define "meridian.claim" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ include "meridian.name" . }}
  labels: {{- include "meridian.labels" . | nindent 4 }}
  # The volume's data cannot be made again, so it stays when the release is uninstalled.
  annotations: { helm.sh/resource-policy: keep }
spec:
  accessModes: [ReadWriteOnce]
  {{- with .of.volume.storageClass }}
  storageClassName: {{ . }}
  {{- end }}
  resources: { requests: { storage: {{ .of.volume.size }} } }
{{- end -}}

{{/*
How a Deployment replaces pods: { hostNetwork, volume }. The new pod starts first if it can run beside the old one. A
port of the machine or a volume is free only after the old pod has ended.
*/}}
{{- define "meridian.strategy" -}}
{{- if .volume -}}
type: Recreate
{{- else -}}
type: RollingUpdate
rollingUpdate: {{ ternary "{ maxSurge: 0, maxUnavailable: 1 }" "{ maxSurge: 1, maxUnavailable: 0 }" .hostNetwork }}
{{- end -}}
{{- end -}}

{{- define "meridian.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "meridian.name" . }}
  labels: {{- include "meridian.labels" . | nindent 4 }}
spec:
  replicas: {{ int .replicas }}
  strategy: {{- include "meridian.strategy" . | nindent 4 }}
  revisionHistoryLimit: 3
  selector:
    matchLabels: {{- include "meridian.selector" . | nindent 6 }}
  template: {{- include "meridian.pod" . | nindent 4 }}
{{- end -}}

{{/* { …, ports: [{ name, port, protocol? }] } */}}
{{- define "meridian.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "meridian.name" . }}
  labels: {{- include "meridian.labels" . | nindent 4 }}
spec:
  selector: {{- include "meridian.selector" . | nindent 4 }}
  ports:
    {{- range .ports }}
    - { name: {{ .name }}, port: {{ int .port }}, targetPort: {{ .name }}, protocol: {{ .protocol | default "TCP" }} }
    {{- end }}
{{- end -}}
