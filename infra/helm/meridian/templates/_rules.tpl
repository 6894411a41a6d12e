{{/* Checks of the values that no schema can express; they run before anything is installed. */}}
{{- define "meridian.rules" -}}
{{- $values := .Values -}}
{{- if and (not $values.secrets.redis.name) (gt (int $values.centre.replicas) 1) -}}
{{- fail "centre.replicas: several centres agree through Redis: set secrets.redis.name, or centre.replicas to 1" -}}
{{- end -}}
{{- if and (not $values.secrets.postgres.name) (gt (int $values.api.replicas) 1) -}}
{{- fail "api.replicas: several apis share PostgreSQL: set secrets.postgres.name, or api.replicas to 1" -}}
{{- end -}}
{{- $regions := list -}}
{{- $urls := list -}}
{{- $recorders := 0 -}}
{{- $libraries := 0 -}}
{{- range $region := $values.regions -}}
{{- if has $region.name $regions }}{{ fail (printf "regions: %s stands twice" $region.name) }}{{ end -}}
{{- if has $region.url $urls }}{{ fail (printf "regions: %s is of two regions: clients have to reach each by its own address" $region.url) }}{{ end -}}
{{- $regions = append $regions $region.name -}}
{{- $urls = append $urls $region.url -}}
{{- $recorders = add $recorders (int (dig "recorder" "replicas" 0 $region)) -}}
{{- $libraries = add $libraries (int (dig "library" "replicas" 0 $region)) -}}
{{- $slots := list -}}
{{- range $region.slots -}}
{{- if has .name $slots }}{{ fail (printf "regions: slot %s of %s stands twice" .name $region.name) }}{{ end -}}
{{- $slots = append $slots .name -}}
{{- if not (or $values.autoscaling.enabled (hasKey . "replicas")) -}}
{{- fail (printf "regions: slot %s of %s needs replicas, or autoscaling.enabled" .name $region.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (gt $recorders 0) (eq $libraries 0) -}}
{{- fail "regions: recordings are kept by library nodes: set library.replicas of a region to 1, or recorder.replicas to 0" -}}
{{- end -}}
{{- $channels := list -}}
{{- range $values.distribution.channels -}}
{{- if has .name $channels }}{{ fail (printf "distribution.channels: %s stands twice" .name) }}{{ end -}}
{{- $channels = append $channels .name -}}
{{- if and (hasPrefix "${file:" .url) (not $values.secrets.distribution.name) -}}
{{- fail (printf "distribution.channels: %s is in a Secret: set secrets.distribution.name" .name) -}}
{{- end -}}
{{- end -}}
{{- if not (has (include "meridian.apiRegion" .) $regions) -}}
{{- fail (printf "api.region: %s is none of the regions" $values.api.region) -}}
{{- end -}}
{{- end -}}
